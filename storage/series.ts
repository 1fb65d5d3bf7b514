import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';

/** How the values of one step become one. */
export type Aggregate = 'mean' | 'min' | 'max' | 'sum' | 'last' | 'count';

export interface SeriesQuery {
  /** Narrows to one site; device ids need be unique within a site only. */
  site?: SiteId;
  devices: readonly DeviceId[];
  metric: string;
  /** Included. */
  from: Millis;
  /** Excluded. */
  to: Millis;
  /** Width of a step, ms, aligned to 1970; absent: the raw points. */
  step?: number;
  /** With a step; `mean` unless told. */
  aggregate?: Aggregate;
  /** At most so many points a device; 10,000 unless told. */
  limit?: number;
}

export interface SeriesResult {
  device: DeviceId;
  metric: string;
  /** [start of the step or instant of the point, value], in time order. */
  points: [Millis, number][];
}

/** A reading that a store can never take, and what it said. */
export interface DeadReading {
  reading: Reading;
  reason: string;
}

/** Samples by device, metric and time. Idempotent on (site, device, metric, ts): the last written value stays. */
export interface Series {
  /** `duckdb` or `influx`. */
  readonly engine: string;
  /**
   * Stores readings; resolves once they are durable, with those that can never be stored.
   *
   * @throws PolisError `unavailable` when nothing may have been stored: the caller tries again with the same batch.
   */
  append(readings: readonly Reading[]): Promise<DeadReading[]>;
  /** One result per device that has points. Unknown devices and metrics have none. */
  query(query: SeriesQuery): Promise<SeriesResult[]>;
  /** The newest reading of each device, its metrics each at their own newest value, within the last day. */
  last(devices: readonly DeviceId[], now: Millis): Promise<Reading[]>;
  close(): Promise<void>;
}
