import type { Metric } from '../metrics/metric.ts';

/**
 * What polisgrid knows of a type of device. The payload of its messages follows from the metrics: any of them, each a
 * number (published in `/v1/asyncapi.json`). What is out of range or unknown is no reason to refuse a message: it gets
 * bad quality, or goes to quarantine.
 */
export interface DeviceType {
  /** The name that births and the register use; also the folder's. */
  readonly type: string;
  readonly title: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** `platform`: its readings come from another part of polisgrid, and none is taken from the broker. */
  readonly from?: 'platform';
}
