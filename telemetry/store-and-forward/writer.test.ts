import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handClock, type HandClock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import type { Reading } from '#estate/sample.ts';
import type { Series } from '#storage/series.ts';
import type { Counted } from '../accounting/counters.ts';
import type { Unusable } from '../accounting/dead-letters.ts';
import { openStores } from '../specimens/test-bed.ts';
import { createBacklog } from './backlog.ts';
import { createWriter, retryAfter, WRITER, type Writer, type WriterDeps } from './writer.ts';

const at = Date.UTC(2026, 0, 15, 12);
let stores: Awaited<ReturnType<typeof openStores>>;
let clock: HandClock;
let writer: Writer;
let counted: Partial<Record<Counted, number>> = {};
const written = () => counted.written ?? 0;
let dead: Unusable[] = [];
let device = '';

beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());
beforeEach(() => {
  clock = handClock(at);
  counted = {};
  dead = [];
  device = `m${Math.random().toString(36).slice(2)}`;
});
afterEach(() => writer.stop());

const readings = (count: number): Reading[] =>
  Array.from({ length: count }, (_, index) => ({
    site: 'barolo',
    device,
    type: 'grid-meter',
    ts: at + index,
    values: { W: index },
  }));
const journal = (rows: readonly (readonly Reading[])[]) =>
  stores.journal.append(
    'readings',
    rows.map((row) => ({ key: '', ts: at, body: JSON.stringify(row) })),
  );
const open = (other: Partial<WriterDeps> = {}) =>
  createWriter({
    journal: stores.journal,
    backlog: createBacklog(stores.journal),
    series: stores.series,
    ground: { ...stores.ground, clock },
    letters: { bury: async (unusable) => void dead.push(...unusable) },
    count: (what, by = 1) => void (counted[what] = (counted[what] ?? 0) + by),
    ...other,
  });
const stored = async () => {
  const query = { devices: [device], metric: 'W', from: at, to: at + 1e6, limit: 50_000 };
  return (await stores.series.query(query))[0]?.points ?? [];
};
/** Lets the writer work, with real stores and a clock that stands still unless it is cranked. */
const until = async (done: () => boolean | Promise<boolean>, crankMs = 0) => {
  for (const giveUp = performance.now() + 20_000; performance.now() < giveUp && !(await done());) {
    await clock.advance(crankMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await done()).toBe(true);
};

describe('the series writer', () => {
  it('writes what is in the journal, in batches, and what comes later when it is woken', async () => {
    await journal(Array.from({ length: 130 }, (_, row) => readings(13_000).slice(row * 100, (row + 1) * 100)));
    writer = open();
    await writer.start();
    await until(() => written() === 13_000, 250);
    expect(await stored()).toHaveLength(13_000);
    await journal([[{ ...readings(1)[0], ts: at + 50_000 } as Reading]]);
    writer.wake();
    await until(() => written() === 13_001, 250);
    expect(await writer.behind()).toBe(0);
  });

  it('that dies between storing and noting it writes the same again, and nothing is doubled', async () => {
    await journal([readings(10), readings(20)]);
    let appends = 0;
    const counted: Series = {
      ...stores.series,
      append: (batch) => ((appends += 1), stores.series.append(batch)),
    };
    const forgetful = {
      ...stores.journal,
      advance: (consumer: string, stream: 'readings' | 'frames', position: number) =>
        appends > 0
          ? Promise.reject(new PolisError('unavailable', 'the process died here'))
          : stores.journal.advance(consumer, stream, position),
    };
    writer = open({ journal: forgetful, series: counted });
    await writer.start();
    await until(() => appends === 1);
    await writer.stop();
    expect(await stored()).toHaveLength(20);
    writer = open({ series: counted });
    await writer.start();
    await until(() => written() === 30, 250);
    expect(appends).toBeGreaterThan(1);
    expect(await stored()).toHaveLength(20);
    expect(await stores.journal.cursor(WRITER, 'readings')).toBe(await stores.journal.head('readings'));
  });

  it('waits while the store is away, longer each time, and loses nothing', async () => {
    let away = true;
    const attempts: number[] = [];
    const flaky: Series = {
      ...stores.series,
      append(batch) {
        attempts.push(clock.now());
        return away ? Promise.reject(new PolisError('unavailable', 'no answer')) : stores.series.append(batch);
      },
    };
    await journal([readings(10)]);
    writer = open({ series: flaky });
    await writer.start();
    await until(() => attempts.length >= 6, 100);
    const pauses = attempts.slice(1).map((time, index) => time - (attempts[index] ?? 0));
    expect(pauses.at(-1)).toBeGreaterThan((pauses[0] ?? 0) * 4);
    expect(await writer.behind()).toBe(1);
    away = false;
    await until(() => written() === 10, 5_000);
    expect(await stored()).toHaveLength(10);
  });

  it('buries what the store will never take and what cannot be read, and goes on', async () => {
    const odd = { ...readings(1)[0], values: { W: 1, 'no metric': 2 } } as Reading;
    const picky: Series = {
      ...stores.series,
      append: (batch) =>
        stores.series
          .append(batch.filter((one) => !('no metric' in one.values)))
          .then(() => batch.filter((one) => 'no metric' in one.values).map((reading) => ({ reading, reason: 'odd' }))),
    };
    await journal([[odd], readings(3)]);
    await stores.journal.append('readings', [{ key: '', ts: at, body: '[{"site":"bar' }]);
    writer = open({ series: picky });
    await writer.start();
    await until(() => written() === 3, 250);
    expect(dead.map(({ reason }) => reason)).toEqual([expect.stringContaining('damaged'), 'odd']);
  });

  it('counts as written that of which something was stored, and as dead that of which nothing was', async () => {
    const [ab, c, ad, plain] = [['a', 'b'], ['c'], ['a', 'd'], ['e']].map((metrics, index) => {
      return {
        ...(readings(1)[0] as Reading),
        ts: at + index,
        values: Object.fromEntries(metrics.map((metric) => [metric, 1])),
      };
    }) as [Reading, Reading, Reading, Reading];
    const only = (reading: Reading, metric: string) => ({
      reading: { ...reading, values: { [metric]: 1 } },
      reason: 'no',
    });
    const refusing: Series = {
      ...stores.series,
      append: () => Promise.resolve([only(ab, 'a'), only(c, 'c'), only(ad, 'a'), only(ab, 'b')]),
    };
    await journal([[ab, c, ad, plain, ab]]);
    writer = open({ series: refusing });
    await writer.start();
    await until(() => written() > 0, 250);
    expect(counted).toEqual({ written: 2, valuesRefused: 1 });
    expect(dead.map(({ of, readings: count }) => [(of as Reading).ts - at, count])).toEqual([
      [0, 2],
      [1, 1],
      [2, 0],
      [0, 0],
    ]);
  });

  it('writes what is there before it stops', async () => {
    writer = open();
    await writer.start();
    await until(async () => (await writer.behind()) === 0);
    await journal([readings(5)]);
    await writer.stop();
    expect(await stored()).toHaveLength(5);
  });

  it('stops within its deadline when the store hangs', async () => {
    await journal([readings(5)]);
    writer = open({ series: { ...stores.series, append: () => new Promise(() => undefined) } });
    await writer.start();
    const stopped = writer.stop();
    await clock.advance(10_000);
    await stopped;
    expect(await stored()).toHaveLength(0);
    writer = open();
    await writer.start();
    await until(() => written() >= 5, 250);
  });

  it('does not linger while somebody waits to read', async () => {
    writer = open();
    await writer.start();
    for (const count of [1, 2, 3]) {
      await journal([readings(count)]);
      writer.wake();
      await writer.catchUp();
      expect(await stored()).toHaveLength(count);
    }
  });

  it('keeps nobody waiting for a store that is away', async () => {
    writer = open({ series: { ...stores.series, append: () => Promise.reject(new Error('away')) } });
    await writer.start();
    await journal([readings(1)]);
    writer.wake();
    await writer.catchUp();
    expect(await stored()).toEqual([]);
  });
});

describe('the pause after a failure', () => {
  it.each([
    [1, 1, 1_000],
    [1, 0, 500],
    [3, 1, 4_000],
    [50, 1, 5_000],
    [50, 0, 2_500],
  ])('number %i, with chance %f, is %i ms', (failures, chance, pauseMs) => {
    expect(retryAfter(failures, chance)).toBe(pauseMs);
  });
});
