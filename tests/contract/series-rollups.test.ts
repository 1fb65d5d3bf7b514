import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { openDuckdbSeries } from '#storage/engines/duckdb/engine.ts';
import { openInfluxSeries } from '#storage/engines/influx/engine.ts';
import type { Aggregate, Counter, Retention, Series, SeriesResult } from '#storage/series.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';
import { differences, expected } from './rollups/expected.ts';
import { meter, oddReadings, T0 } from './rollups/readings.ts';

const counters: Counter[] = [
  { type: 'grid-meter', metric: 'TotWhImp', perHour: 1e6 },
  { type: 'grid-meter', metric: 'RunS', perHour: Infinity, periodMs: HOUR },
];
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

const aggregatesOf = (metric: string) =>
  AGGREGATES.filter((one) => metric !== 'W' || !['rise', 'covered'].includes(one));
const pointsOf = (results: SeriesResult[]) => results.flatMap(({ points }) => points);

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
        ['grid', 'RunS'],
        ['other', 'TotWhImp'],
        ['other', 'RunS'],
      ] as const) {
        const own = readings.filter((reading) => reading.device === device);
        for (const aggregate of aggregatesOf(metric)) {
          const asked = { devices: [device], metric, from: T0, to: T0 + 4 * DAY, step, aggregate };
          const found = pointsOf(await series.query(asked));
          expect(differences(found, expected(own, asked)), `${aggregate} of ${metric}`).toEqual([]);
        }
      }
    });

    it('have nothing to do when nothing came', async () => {
      await series.upkeep(T0 + 4 * DAY);
      expect(await series.upkeep(T0 + 4 * DAY)).toEqual({ quarters: 0, days: 0 });
    });

    it.each([QUARTER, HOUR, DAY])(
      'cut the first and the last step where the question does, %i ms wide',
      async (step) => {
        const own = readings.filter(({ device }) => device === 'grid');
        for (const to of [T0 + DAY + 100 * MINUTE, T0 + 1.5 * DAY + 50 * MINUTE]) {
          for (const metric of ['W', 'TotWhImp', 'RunS']) {
            for (const aggregate of aggregatesOf(metric)) {
              const asked = { devices: ['grid'], metric, from: T0 + 20 * MINUTE, to, step, aggregate };
              const found = pointsOf(await series.query(asked));
              expect(differences(found, expected(own, asked)), `${aggregate} of ${metric}`).toEqual([]);
            }
          }
        }
      },
    );
  });

  it('are right for what comes, and for whoever asks, while they are made', async () => {
    const series = await open('meanwhile');
    const devices = Array.from({ length: 30 }, (_, n) => `meter${n}`);
    const quarters = Array.from({ length: 96 }, (_, n) => T0 + n * QUARTER);
    await series.append(devices.flatMap((device) => quarters.map((ts) => meter(ts, { W: 1 }, device))));
    const counted = async (step: number) => {
      const asked = { devices, metric: 'W', from: T0, to: T0 + DAY, step, aggregate: 'count' } as const;
      const points = pointsOf(await series.query(asked));
      return points.reduce((sum, [, count]) => sum + count, 0) / devices.length;
    };
    let [count, isOver] = [quarters.length, false];
    const upkeep = series.upkeep(T0 + 2 * DAY).finally(() => (isOver = true));
    while (!isOver) {
      await series.append(devices.map((device) => meter(T0 + 7 * MINUTE + count, { W: 1 }, device)));
      count += 1;
      expect([await counted(QUARTER), await counted(DAY)]).toEqual([count, count]);
    }
    await upkeep;
    await series.upkeep(T0 + 2 * DAY);
    expect([await counted(QUARTER), await counted(DAY)]).toEqual([count, count]);
    await series.close();
  });

  it('are made anew for data that come late, also after a day was closed', async () => {
    const series = await open('late');
    await series.append([meter(T0 + MINUTE, { W: 10 }), meter(T0 + HOUR, { W: 20 })]);
    expect(await series.upkeep(T0 + 2 * DAY)).toEqual({ quarters: 2, days: 1 });
    const asked = { devices: ['grid'], metric: 'W', from: T0, to: T0 + DAY, step: DAY, aggregate: 'mean' } as const;
    expect(pointsOf(await series.query(asked))).toEqual([[T0, 15]]);
    await series.append([meter(T0 + 2 * MINUTE, { W: 60 })]);
    expect(pointsOf(await series.query(asked))).toEqual([[T0, 30]]);
    await series.upkeep(T0 + 2 * DAY + MINUTE);
    expect(pointsOf(await series.query(asked))).toEqual([[T0, 30]]);
    await series.close();
  });

  it('take back what a counter rose where a late value shows that it was reset', async () => {
    const series = await open('taken-back');
    const readings = [
      [10 * HOUR, 100],
      [10.5 * HOUR, 0],
      [11.75 * HOUR, 150],
      [13 * HOUR, 180],
    ].map(([ts = 0, RunS = 0]) => meter(T0 + ts, { RunS }));
    const arrive = async (...some: number[]) => {
      await series.append(some.map((index) => readings[index]).filter((reading) => reading !== undefined));
      await series.upkeep(T0 + 2 * DAY);
    };
    const found = (step: number, aggregate: Aggregate) => {
      return series.query({ devices: ['grid'], metric: 'RunS', from: T0, to: T0 + DAY, step, aggregate });
    };
    await arrive(0, 2, 3);
    expect(pointsOf(await found(DAY, 'rise'))).toEqual([[T0, 80]]);
    await arrive(1);
    for (const aggregate of AGGREGATES) {
      for (const step of [QUARTER, HOUR, DAY]) {
        const wanted = expected(readings, { metric: 'RunS', from: T0, to: T0 + DAY, step, aggregate });
        expect(differences(pointsOf(await found(step, aggregate)), wanted), `${aggregate} by ${step}`).toEqual([]);
      }
    }
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
