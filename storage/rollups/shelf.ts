import type { Reading } from '#estate/sample.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { Aggregate, RowsQuery } from '../series.ts';
import type { Part } from './parts.ts';
import type { Horizon } from './plan.ts';
import type { Rollup, Tier } from './tiers.ts';
import type { Touch } from './touched.ts';

/** Parts of one metric that are asked for. */
export interface PartsAsked {
  site?: SiteId | undefined;
  devices: readonly DeviceId[];
  type?: string | undefined;
  metric: string;
  from: Millis;
  to: Millis;
  aggregate: Aggregate;
}

/** Raw readings that are asked for. */
export interface RowsAsked extends Omit<RowsQuery, 'metrics'> {
  /** Absent: all. */
  metrics?: readonly string[];
  /** At most so many. */
  limit?: number;
  /** With when they were received. */
  received?: boolean;
}

/** What roll-ups need of an engine. */
export interface Shelf {
  /** Of each device in time order. */
  rows(asked: RowsAsked): Promise<Reading[]>;
  /** Parts made of raw points, in steps of a width; of any aggregate but those of counters. */
  rawParts(asked: PartsAsked, width: number): Promise<Part[]>;
  /** Parts made of the roll-ups that are kept. */
  keptParts(tier: Tier, asked: PartsAsked): Promise<Part[]>;
  kept(tier: Tier, asked: { type: string; devices: readonly DeviceId[]; from: Millis; to: Millis }): Promise<Rollup[]>;
  /** Keeps roll-ups, in place of those of the same steps. */
  keep(tier: Tier, rollups: readonly Rollup[]): Promise<void>;
  /** Does something while no append is under way: so that a step that was touched has its readings. */
  between<T>(work: () => T): Promise<T>;
  /** The touched steps that are on disk from now on, in place of all that were. */
  renote(touched: () => Touch[]): Promise<void>;
  /** Drops what is older. */
  drop(horizon: Horizon): Promise<void>;
}
