import { DAY, MINUTE, type Millis } from '#estate/units.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';

/** The widths at which roll-ups are kept, aligned to 1970 in UTC. */
export type Tier = 'quarter' | 'day';

export const WIDTH: Readonly<Record<Tier, number>> = { quarter: 15 * MINUTE, day: DAY };

/** What a step of a metric comes to. */
export interface Rollup {
  site: SiteId;
  device: DeviceId;
  type: string;
  metric: string;
  /** Begin of the step. */
  at: Millis;
  min: number;
  max: number;
  mean: number;
  last: number;
  /** 0 for a counter that rose between two readings before and after the step: then what it was means nothing. */
  count: number;
  /** Of these, how many had good quality. */
  good: number;
  /** What a counter rose within the step, in its own unit; null for what is no counter. */
  rise: number | null;
  /** For how much of the step that rise is known, ms; less than the step: there was a gap, a reset or a wild value. */
  coveredMs: number | null;
}

/** The begin of the step that an instant lies in. */
export function beginOf(at: Millis, width: number): Millis {
  return at - (at % width);
}
