import type { DeviceId, SiteId } from './ids.ts';
import type { Millis } from './units.ts';

/** Quality codes after OPC DA, as Sparkplug carries them. */
export const Quality = { bad: 0, stale: 500, good: 192 } as const;

/** One measurement. A sample is identified by (site, device, metric, ts): the same again changes nothing. */
export interface Sample {
  site: SiteId;
  device: DeviceId;
  metric: string;
  /** When it was measured, by the device's clock. */
  ts: Millis;
  value: number;
  quality: number;
}

/**
 * The samples that one device took at one time: the form in which samples travel and are kept.
 * `type` decides the table or measurement; `values` are SI units without prefix.
 */
export interface Reading {
  site: SiteId;
  device: DeviceId;
  type: string;
  ts: Millis;
  values: Record<string, number>;
  /** Only the metrics whose quality is not good. */
  quality?: Record<string, number>;
  /** When it was received, by our clock; where it is not known yet, or not any more, absent. */
  receivedAt?: Millis;
}
