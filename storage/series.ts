import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';

/**
 * How the values of one step become one. `good` is the share of values with good quality. Counters alone have `rise`, what
 * they rose in their own unit, and `covered`, the share of the step for which that is known: the rest is a gap.
 */
export type Aggregate = 'mean' | 'min' | 'max' | 'sum' | 'last' | 'count' | 'good' | 'rise' | 'covered';

/** A metric that only grows until it is reset, such as a meter's register. */
export interface Counter {
  type: string;
  metric: string;
  /** The most that it can rise in an hour, in its own unit; what rises faster is a wild value. */
  perHour: number;
  /** How often it is measured, where that is less often than every few minutes, ms. */
  periodMs?: number;
}

/** How long what is kept, ms; Infinity: for ever. */
export interface Retention {
  /** Points as they were measured. */
  rawMs: number;
  /** Roll-ups of 15 minutes. */
  quarterMs: number;
  /** Roll-ups of a day (UTC). */
  dayMs: number;
}

export interface SeriesQuery {
  /** Narrows to one site; device ids need be unique within a site only. */
  site?: SiteId;
  devices: readonly DeviceId[];
  /** Narrows to one type of device. */
  type?: string;
  metric: string;
  /** Included. */
  from: Millis;
  /** Excluded. */
  to: Millis;
  /** Width of a step, ms, aligned to 1970; absent: the raw points. */
  step?: number;
  /** With a step; `mean` unless told. From steps of 15 minutes on, roll-ups answer as far as they can. */
  aggregate?: Aggregate;
  /** At most so many points a device; 10,000 unless told. */
  limit?: number;
  /** With raw points: also when each was received. */
  received?: boolean;
}

/** Readings as they are kept, with some of their metrics. */
export interface RowsQuery {
  site?: SiteId | undefined;
  /** Absent: every device (of the site). */
  devices?: readonly DeviceId[] | undefined;
  type?: string | undefined;
  metrics: readonly string[];
  /** Included. */
  from: Millis;
  /** Excluded. */
  to: Millis;
}

/** How many steps of devices an upkeep rolled up. */
export interface Upkeep {
  quarters: number;
  days: number;
}

export interface SeriesResult {
  site: SiteId;
  device: DeviceId;
  metric: string;
  /** [start of the step or instant of the point, value], in time order. */
  points: [Millis, number][];
  /** Where it was asked for: when each point was received, null where that was not kept. */
  receivedAt?: (Millis | null)[];
}

/** A reading that a store can never take, and what it said. */
export interface DeadReading {
  reading: Reading;
  reason: string;
}

/**
 * Samples by device, metric and time. Idempotent on (site, device, metric, ts): the last written value stays. With each
 * reading stays when it was received, to the second; of several that share a device and an instant, the last one's.
 */
export interface Series {
  /** `duckdb` or `influx`. */
  readonly engine: string;
  /**
   * Stores readings; resolves once they are durable, with those that can never be stored.
   *
   * @throws PolisError `unavailable` when nothing may have been stored: the caller tries again with the same batch.
   */
  append(readings: readonly Reading[]): Promise<DeadReading[]>;
  /** One result per device of a site that has points, by device and then by site. Unknown devices and metrics have none. */
  query(query: SeriesQuery): Promise<SeriesResult[]>;
  /** The newest reading of each device, its metrics each at their own newest value, within the last day. */
  last(devices: readonly DeviceId[], now: Millis): Promise<Reading[]>;
  /**
   * Readings that have any of the metrics, with when they were received, page by page in time order; however many there
   * are, few are held.
   */
  rows(query: RowsQuery): AsyncIterable<Reading[]>;
  /** Writes the same rows to a Parquet file: time, site, device, type, a column for each metric and received_at. */
  parquet(query: RowsQuery, file: string): Promise<void>;
  /**
   * Brings roll-ups up to date with all that came since, late data too, and drops what is no longer kept. Whoever opened
   * the store has it done each minute.
   */
  upkeep(now: Millis): Promise<Upkeep>;
  /** These metrics are counters too, from now on; what was rolled up before stays as it is. */
  learn(counters: readonly Counter[]): Promise<void>;
  close(): Promise<void>;
}
