import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { openDuckdbSeries } from '#storage/engines/duckdb/engine.ts';
import { openInfluxSeries } from '#storage/engines/influx/engine.ts';
import type { Aggregate, Counter, Retention, Series, SeriesResult } from '#storage/series.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';

const counters: Counter[] = [{ type: 'grid-meter', metric: 'TotWhImp', perHour: 1e6 }];
/** Midnight. */
const T0 = Date.UTC(2026, 0, 15);
const AGGREGATES: Aggregate[] = ['mean', 'min', 'max', 'sum', 'last', 'count', 'good', 'rise', 'covered'];
const QUARTER = 15 * MINUTE;

let folder: string;
let influx: InfluxServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-rollups-'));
  influx = await startInflux();
});
afterAll(async () => {
  await influx[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

type Open = (name: string, keep?: Retention) => Promise<Series>;
const ENGINES: { engine: string; open: Open; left: (name: string) => Promise<unknown>; kept: unknown }[] = [
  {
    engine: 'duckdb',
    open: (name, keep) => openDuckdbSeries({ file: join(folder, `${name}.duckdb`), counters, keep }),
    left: async (name) => (await readdir(join(folder, name))).filter((file) => /^(raw|quarter|day)/.test(file)),
    kept: [expect.stringMatching(/^day-\d{4}\.duckdb$/)],
  },
  {
    engine: 'influx',
    open: (name, keep) =>
      Promise.resolve(openInfluxSeries({ url: influx.url(name), clock: systemClock, counters, keep })),
    left: async (name) => JSON.stringify(await influx.ask(name, 'SHOW RETENTION POLICIES')),
    kept: expect.stringMatching(/"autogen","2184h.*"notes","0s".*"quarter_hours","17544h.*"days","0s"/),
  },
];

const meter = (ts: number, values: Record<string, number>, device = 'grid'): Reading => {
  return { site: 'barolo', device, type: 'grid-meter', ts, values };
};
const pointsOf = (results: SeriesResult[]) => results.flatMap(({ points }) => points);

/** Two meters over two days and a half, with everything that goes wrong: gaps, resets, wild values, bad quality. */
function oddReadings(): Reading[] {
  const random = seededRandom('odd');
  return ['grid', 'other'].flatMap((device) => {
    const readings: Reading[] = [];
    let register = 1_000;
    for (
      let ts = T0 + 7 * SECOND;
      ts < T0 + 2.5 * DAY;
      ts += random.next() < 0.01 ? random.next() * 3 * HOUR : MINUTE
    ) {
      const at = Math.round(ts);
      register = random.next() < 0.002 ? 0 : register + random.next() * 50;
      const wild = random.next() < 0.003 ? 5e8 : register;
      const W = Math.round(random.next() * 90_000) / 10;
      const values = random.next() < 0.1 ? { W } : { W, TotWhImp: wild };
      const isBad = random.next() < 0.02;
      readings.push({
        ...meter(at, values, device),
        ...(isBad ? { quality: { W: Quality.bad, TotWhImp: Quality.bad } } : {}),
      });
    }
    return readings;
  });
}

/** What a step should come to, worked out the long way. */
function expected(readings: readonly Reading[], metric: string, step: number, aggregate: Aggregate) {
  const own = readings.filter(({ values }) => metric in values);
  const steps = new Map<number, Reading[]>();
  for (const reading of own) {
    const at = Math.floor(reading.ts / step) * step;
    steps.set(at, [...(steps.get(at) ?? []), reading]);
  }
  const trusted = own.filter(({ quality }) => quality === undefined);
  const overlap = (a: number, b: number, at: number) => Math.max(0, Math.min(b, at + step) - Math.max(a, at));
  const pairs = trusted.slice(1).flatMap((next, index) => {
    const before = trusted[index];
    const rise = (next.values[metric] ?? 0) - (before?.values[metric] ?? 0);
    const passed = next.ts - (before?.ts ?? 0);
    return passed <= QUARTER && rise >= 0 && rise <= (1e6 * passed) / HOUR
      ? [{ from: before?.ts ?? 0, to: next.ts, rise }]
      : [];
  });
  return [...steps].map(([at, inStep]): [number, number] => {
    const values = inStep.map(({ values: all }) => all[metric] ?? 0);
    const sum = values.reduce((a, b) => a + b, 0);
    const covered = pairs.reduce((total, { from, to }) => total + overlap(from, to, at), 0);
    const rise = pairs.reduce(
      (total, pair) => total + (pair.rise * overlap(pair.from, pair.to, at)) / (pair.to - pair.from),
      0,
    );
    const goodOnes = inStep.filter(({ quality }) => quality === undefined).length;
    const all: Record<Aggregate, number> = {
      mean: sum / values.length,
      min: Math.min(...values),
      max: Math.max(...values),
      sum,
      count: values.length,
      last: values.at(-1) ?? 0,
      good: goodOnes / inStep.length,
      rise,
      covered: covered / step,
    };
    return [at, all[aggregate]];
  });
}

/** Where two lists of steps differ by more than rounding does. */
function differences(found: [number, number][], wanted: [number, number][]) {
  const all = new Set([...found, ...wanted].map(([at]) => at));
  const [one, other] = [new Map(found), new Map(wanted)];
  return [...all].flatMap((at) => {
    const [value, want] = [one.get(at) ?? NaN, other.get(at) ?? NaN];
    return Math.abs(value - want) <= 1e-9 * Math.max(1, Math.abs(want)) ? [] : [{ at, value, want }];
  });
}

const ORDERS: { order: string; arrive: (series: Series, readings: Reading[]) => Promise<void> }[] = [
  {
    order: 'in any order, half of it late',
    async arrive(series, readings) {
      const random = seededRandom('order');
      const shuffled = readings.map((reading) => ({ reading, by: random.next() })).toSorted((a, b) => a.by - b.by);
      const mixed = shuffled.map(({ reading }) => reading);
      await series.append(mixed.slice(0, mixed.length / 2));
      await series.upkeep(T0 + 2 * DAY);
      await series.append(mixed.slice(mixed.length / 2));
    },
  },
  {
    order: 'as they were measured',
    async arrive(series, readings) {
      const ordered = readings.toSorted((a, b) => a.ts - b.ts);
      for (const [at, batch] of Map.groupBy(ordered, ({ ts }) => Math.floor(ts / (20 * MINUTE)) * 20 * MINUTE)) {
        await series.append(batch);
        await series.upkeep(at + 20 * MINUTE);
      }
    },
  },
];

describe.each(ENGINES)('Roll-ups in $engine', ({ engine, open, left, kept }) => {
  describe.each(ORDERS)('of readings that came $order', ({ order, arrive }) => {
    const readings = oddReadings();
    let series: Series;
    beforeAll(async () => {
      series = await open(`odd-${order.length}`);
      await arrive(series, readings);
    });
    afterAll(() => series.close());

    const cases = ['before', 'after'].flatMap((when) =>
      [5 * MINUTE, QUARTER, HOUR, DAY].map((step) => [when, step] as const),
    );
    it.each(cases)('answer %s an upkeep what the points say, in steps of %i ms', async (when, step) => {
      if (when === 'after') await series.upkeep(T0 + 4 * DAY);
      for (const [device, metric] of [
        ['grid', 'W'],
        ['grid', 'TotWhImp'],
        ['other', 'TotWhImp'],
      ] as const) {
        const own = readings.filter((reading) => reading.device === device);
        for (const aggregate of AGGREGATES.filter((one) => metric !== 'W' || !['rise', 'covered'].includes(one))) {
          const asked = { devices: [device], metric, from: T0, to: T0 + 4 * DAY, step, aggregate };
          const wanted = expected(own, metric, step, aggregate);
          // Narrow steps may lie between two readings: there is rise without a value.
          const at = new Set(wanted.map(([begin]) => begin));
          const found = pointsOf(await series.query(asked)).filter(
            ([begin]) => at.has(begin) || !['rise', 'covered'].includes(aggregate),
          );
          expect(differences(found, wanted), `${aggregate} of ${metric}`).toEqual([]);
        }
      }
    });

    it('have nothing to do when nothing came', async () => {
      await series.upkeep(T0 + 4 * DAY);
      expect(await series.upkeep(T0 + 4 * DAY)).toEqual({ quarters: 0, days: 0 });
    });

    it('cut the first and the last step where the question does', async () => {
      const [from, to] = [T0 + 20 * MINUTE, T0 + DAY + 100 * MINUTE];
      const within = readings.filter(({ device, ts }) => device === 'grid' && ts >= from && ts < to);
      for (const step of [QUARTER, HOUR, DAY]) {
        const found = await series.query({ devices: ['grid'], metric: 'W', from, to, step, aggregate: 'sum' });
        expect(differences(pointsOf(found), expected(within, 'W', step, 'sum'))).toEqual([]);
      }
    });
  });

  it('are made anew for data that come late, also after a day was closed', async () => {
    const series = await open('late');
    await series.append([meter(T0 + MINUTE, { W: 10 }), meter(T0 + HOUR, { W: 20 })]);
    expect(await series.upkeep(T0 + 2 * DAY)).toMatchObject({ days: 2 });
    const asked = { devices: ['grid'], metric: 'W', from: T0, to: T0 + DAY, step: DAY, aggregate: 'mean' } as const;
    expect(pointsOf(await series.query(asked))).toEqual([[T0, 15]]);
    await series.append([meter(T0 + 2 * MINUTE, { W: 60 })]);
    expect(pointsOf(await series.query(asked))).toEqual([[T0, 30]]);
    await series.upkeep(T0 + 2 * DAY + MINUTE);
    expect(pointsOf(await series.query(asked))).toEqual([[T0, 30]]);
    await series.close();
  });

  it('are made after a restart of what was appended before it', async () => {
    const before = await open('restart');
    await before.append([meter(T0 + MINUTE, { W: 10 })]);
    await before.upkeep(T0 + HOUR);
    await before.append([meter(T0 + 2 * MINUTE, { W: 20 }), meter(T0 + 3 * HOUR, { W: 5 })]);
    await before.close();
    const series = await open('restart');
    const asked = { devices: ['grid'], metric: 'W', from: T0, to: T0 + DAY, step: HOUR } as const;
    const wanted = [
      [T0, 15],
      [T0 + 3 * HOUR, 5],
    ];
    expect(pointsOf(await series.query(asked))).toEqual(wanted);
    expect((await series.upkeep(T0 + 2 * DAY)).quarters).toBeGreaterThan(0);
    expect(pointsOf(await series.query(asked))).toEqual(wanted);
    await series.close();
  });

  it('know what a counter rose once they have learnt that it is one', async () => {
    const series = await open('learnt');
    const slices = (ts: number, Slices: number): Reading => ({ ...meter(ts, { Slices }), type: 'acme-toaster' });
    const asked = {
      devices: ['grid'],
      metric: 'Slices',
      from: T0,
      to: T0 + HOUR,
      step: HOUR,
      aggregate: 'rise',
    } as const;
    await series.append([slices(T0 + MINUTE, 10), slices(T0 + 2 * MINUTE, 12)]);
    expect(pointsOf(await series.query(asked))).toEqual([]);
    await series.learn([{ type: 'acme-toaster', metric: 'Slices', perHour: Infinity }]);
    expect(pointsOf(await series.query(asked))).toEqual([[T0, 2]]);
    await series.upkeep(T0 + DAY);
    expect(pointsOf(await series.query(asked))).toEqual([[T0, 2]]);
    await series.close();
  });

  it('keep raw points, quarters of an hour and days each for their time', async () => {
    const now = systemClock.now();
    const keep = { rawMs: 90 * DAY, quarterMs: 730 * DAY, dayMs: Infinity };
    const begin = now - (now % DAY) - 80 * DAY;
    const series = await open('kept', keep);
    await series.upkeep(now);
    await series.append([meter(begin, { W: 10 }), meter(begin + HOUR, { W: 20 })]);
    await series.upkeep(now);
    const asked = { devices: ['grid'], metric: 'W', from: begin, to: begin + DAY };
    const seen = async () => [
      pointsOf(await series.query(asked)).length,
      pointsOf(await series.query({ ...asked, step: QUARTER })),
      pointsOf(await series.query({ ...asked, step: 10 * MINUTE })).length,
      pointsOf(await series.query({ ...asked, step: DAY })),
    ];
    const quarters = [
      [begin, 10],
      [begin + HOUR, 20],
    ];
    expect(await seen()).toEqual([2, quarters, 2, [[begin, 15]]]);
    // The clock is turned on; narrow steps are answered from wider ones by then.
    await series.upkeep(begin + 91 * DAY);
    expect(await seen()).toEqual([0, quarters, 2, [[begin, 15]]]);
    const tooLate = await series.append([meter(begin + 2 * HOUR, { W: 99 })]);
    expect(tooLate.map(({ reason }) => reason)).toEqual(['It is older than the raw points that are kept.']);
    await series.upkeep(begin + 732 * DAY);
    expect(await seen()).toEqual([0, [[begin, 15]], 1, [[begin, 15]]]);
    // By then the last month of which anything is kept is over.
    await series.upkeep(begin + 770 * DAY);
    await series.close();
    expect({ engine, left: await left('kept') }).toEqual({ engine, left: kept });
  });

  it('refuse what is more than a week ahead of the time', async () => {
    const series = await open('ahead');
    await series.upkeep(T0);
    const dead = await series.append([meter(T0 + HOUR, { W: 1 }), meter(T0 + 7.1 * DAY, { W: 2 })]);
    expect(dead.map(({ reading }) => reading.values)).toEqual([{ W: 2 }]);
    await series.close();
  });
});
