import type { Clock } from '#estate/clock.ts';
import { nextTurn } from '#estate/next-turn.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY } from '#estate/units.ts';
import { createCounters } from '../../rollups/counters.ts';
import { pagesOf } from '../../rollups/pages.ts';
import { createRollups, type RollupOptions } from '../../rollups/rollups.ts';
import { createTouched, type Touch, type Touched } from '../../rollups/touched.ts';
import type { Retention, Series } from '../../series.ts';
import { append, encode } from './append.ts';
import { isMetric } from '../sieve.ts';
import { createTurn } from '../turn.ts';
import { createNotes, NOTES, type Notes } from './notes.ts';
import type { Policy } from './policies.ts';
import { last, pointsOf } from './read.ts';
import { influxServer } from './server.ts';
import { createShelf, POLICY_OF } from './shelf.ts';

export interface InfluxOptions extends RollupOptions {
  url: string;
  clock: Clock;
}

/**
 * Series in InfluxDB 1.x. It may be away at any time, also at the start: then each call is a PolisError `unavailable`,
 * and the caller keeps what it has. Readings are in the default retention policy, a measurement for each type; roll-ups
 * are in the policies `quarter_hours` and `days`. What is no longer kept is not read any more; the server deletes it in
 * its own time.
 *
 * A value written again with good quality where it was bad keeps the old quality: InfluxDB cannot clear a field.
 *
 * @param input `influx://user:password@host:8086/database`, which is made when it is absent.
 */
export function openInfluxSeries({ url, clock, ...options }: InfluxOptions): Series {
  const server = influxServer(url, clock, policiesOf(options.keep));
  const inTurn = createTurn();
  const upkeepTurn = createTurn();
  const counters = createCounters(options.counters);
  const touched = createTouched(counters);
  const notes = createNotes(server, clock);
  const shelf = createShelf(server);
  const turned = { ...shelf, between: inTurn, renote: (all: () => Touch[]) => inTurn(() => notes.replace(all())) };
  const rollups = createRollups({ shelf: turned, touched, counters }, options);
  const rows: Series['rows'] = (query) => pagesOf((asked) => shelf.rows({ ...asked, received: true }), query);
  const noteSteps = createNoteSteps(touched, notes);
  /** The policies are there, and it is known which steps an earlier process left to be rolled up. */
  const prepared = onceDone(async () => {
    await server.provide();
    touched.add(await notes.load());
  });

  return {
    engine: 'influx',
    append(readings) {
      // Before its turn, while the batch before is on its way.
      const encoding = encode(server, readings, rollups.refusal);
      return inTurn(async () => {
        await prepared();
        const encoded = await encoding;
        // Side by side: what was not confirmed is appended again, and its steps are noted again.
        const [dead] = await Promise.all([append(server, encoded), noteSteps(encoded.fit)]);
        return dead;
      });
    },
    async query(query) {
      const { step } = query;
      if (step === undefined) {
        return pointsOf(server, { ...query, from: Math.max(query.from, rollups.horizon().raw) });
      }
      await prepared();
      return rollups.query({ ...query, step });
    },
    last: (devices, now) => last(server, devices, now),
    rows,
    async parquet(query, file) {
      const metrics = query.metrics.filter(isMetric);
      // Only where it is needed: it loads DuckDB.
      const { writeParquet } = await import('./parquet.ts');
      await writeParquet(rows({ ...query, metrics }), { metrics, file });
    },
    upkeep: (now) =>
      upkeepTurn(async () => {
        await prepared();
        // The database may have been lost since, or its policies changed by hand.
        await server.provide();
        return rollups.upkeep(now);
      }),
    async learn(more) {
      counters.learn(more);
    },
    close: () => Promise.resolve(),
  };
}

/** A day more than is read, so that nothing ends before its time. */
function policiesOf(keep: Retention | undefined): Policy[] {
  return [
    { name: NOTES, keptMs: Infinity },
    { name: POLICY_OF.quarter, keptMs: (keep?.quarterMs ?? Infinity) + DAY },
    { name: POLICY_OF.day, keptMs: (keep?.dayMs ?? Infinity) + DAY },
    ...(keep ? [{ name: null, keptMs: keep.rawMs + DAY }] : []),
  ];
}

/** Does something once; again when it failed. */
function onceDone(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () =>
    (done ??= work().catch((error: unknown) => {
      done = null;
      throw error;
    }));
}

/** Notes which steps readings touch, here and on the server. */
function createNoteSteps(touched: Touched, notes: Notes) {
  let unnoted: Touch[] = [];
  return async (readings: readonly Reading[]) => {
    // The readings themselves go out meanwhile.
    await nextTurn();
    for (const reading of readings) {
      const owner = touched.ownerOf(reading);
      for (const touch of touched.note(owner, reading)) unnoted.push(touch);
    }
    const noting = unnoted;
    unnoted = [];
    try {
      await notes.add(noting);
    } catch (error) {
      unnoted.push(...noting);
      throw error;
    }
  };
}
