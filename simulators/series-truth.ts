import type { Millis } from '#estate/units.ts';
import type { SeriesDigest } from './series-digest.ts';

/** What was measured of one thing and told, and what of it was acknowledged. */
export interface SeriesTruth {
  device: string;
  type: string;
  /** Readings taken, and those of them that were acknowledged; each holds every metric once. */
  readings: number;
  acknowledged: number;
  /** The newest that was acknowledged. */
  last: { at: Millis; values: Record<string, number> } | null;
  /** The earliest stamp of what was acknowledged, where not all of it lies within the run: by a wrong clock. */
  firstAt?: Millis;
  /** Readings at whose stamp there may have been one before, by a clock that was set: one for each time is kept. */
  stampedAgain?: number;
  /** Readings beside these that may be there: those that the platform asked for, or whose time it does not believe. */
  uncertain?: number;
  /** All readings taken. */
  digest: SeriesDigest;
  /** Hours of the day (UTC) of which it cannot be said what must be there: not all of them was acknowledged, or replaced. */
  unsureHours: number[];
}
