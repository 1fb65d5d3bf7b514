import { DAY, MINUTE, type Millis } from '#estate/units.ts';
import { boundsOf } from '../engines/bounds.ts';
import type { Counter, Retention, SeriesQuery, SeriesResult, Upkeep } from '../series.ts';
import { createAnswer } from './answer.ts';
import type { Counters } from './counters.ts';
import { joined, type Part } from './parts.ts';
import { FOR_EVER, planOf, type Horizon } from './plan.ts';
import { createRollUp } from './roll-up.ts';
import type { Shelf } from './shelf.ts';
import { beginOf, type Tier } from './tiers.ts';
import type { Touch, Touched } from './touched.ts';

/** A step is rolled up once it has been over for so long: then the readings of its end are there too. */
const SETTLED_MS = MINUTE;
/** What a device's clock may be ahead and still be kept. */
const MOST_AHEAD_MS = 7 * DAY;

export interface RollupDeps {
  shelf: Shelf;
  touched: Touched;
  counters: Counters;
}

/** Of whoever opens a store. */
export interface RollupOptions {
  counters?: readonly Counter[] | undefined;
  keep?: Retention | undefined;
}

export type Rollups = ReturnType<typeof createRollups>;

/** Roll-ups over any engine: the same code makes them of its raw points, and answers from them. */
export function createRollups({ shelf, touched, counters }: RollupDeps, { keep }: Pick<RollupOptions, 'keep'>) {
  let horizon = FOR_EVER;
  let newest = Infinity;
  /** Steps that were rolled up since what is touched was last put on disk anew. */
  let sinceRenoted = 0;
  const answer = createAnswer({ shelf, touched, counters });
  const rollUp = createRollUp(shelf, counters);

  return {
    horizon: () => horizon,
    /** Why a reading cannot be taken any more, or not yet; null: it can. */
    refusal: (ts: Millis): string | null => {
      if (ts < horizon.raw) return 'It is older than the raw points that are kept.';
      return ts > newest ? 'It is more than a week ahead of the time; the clock of the device is wrong.' : null;
    },
    async query(query: SeriesQuery & { step: number }): Promise<SeriesResult[]> {
      const { from, to, limit, step, aggregate } = boundsOf(query);
      const { site, type, metric } = query;
      const asked = { site, type, devices: [...new Set(query.devices)], metric, aggregate };
      const parts: Part[] = [];
      for (const span of planOf({ from, to, step: step ?? query.step }, horizon)) {
        for (const part of await answer(span, asked, step ?? query.step)) parts.push(part);
      }
      return joined(parts, { step: step ?? query.step, aggregate })
        .toSorted(byDeviceAndSite)
        .map(({ site: at, device, points }) => ({
          site: at,
          device,
          metric,
          points: points.length > limit ? points.slice(0, limit) : points,
        }));
    },
    /** Rolls up what was touched and is over, then drops what is no longer kept. */
    async upkeep(now: Millis): Promise<Upkeep> {
      newest = now + MOST_AHEAD_MS;
      const taken = await shelf.between(() => touched.take(now - SETTLED_MS));
      const [quarters, days] = [ofTier(taken, 'quarter'), ofTier(taken, 'day')];
      try {
        await rollUp('quarter', quarters);
        await rollUp('day', days);
      } catch (error) {
        // All of them: which were done does not matter, as doing one again changes nothing.
        touched.add(taken);
        throw error;
      } finally {
        touched.done();
      }
      sinceRenoted += taken.length;
      // As much work as was done since, at most.
      if (sinceRenoted > 0 && sinceRenoted >= touched.size()) {
        await shelf.renote(() => touched.all());
        sinceRenoted = 0;
      }
      horizon = keep ? horizonOf(keep, now) : FOR_EVER;
      touched.notBefore(horizon.raw);
      await shelf.drop(horizon);
      return { quarters: quarters.length, days: days.length };
    },
  };
}

/** What is kept at an instant: whole days. */
export function horizonOf({ rawMs, quarterMs, dayMs }: Retention, now: Millis): Horizon {
  const oldest = (keptMs: number) => beginOf(Math.max(0, now - keptMs), DAY);
  return { raw: oldest(rawMs), quarter: oldest(quarterMs), day: oldest(dayMs) };
}

function ofTier(touches: readonly Touch[], tier: Tier): Touch[] {
  return touches.filter((touch) => touch.tier === tier);
}

type Placed = Pick<SeriesResult, 'site' | 'device'>;

/** As `Series.query` answers. */
function byDeviceAndSite(a: Placed, b: Placed): number {
  return a.device === b.device ? (a.site < b.site ? -1 : 1) : a.device < b.device ? -1 : 1;
}
