import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import type { Ground } from '#estate/ground.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { openSeries } from '#storage/open.ts';
import type { Series } from '#storage/series.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';

const ground: Ground = { clock: systemClock, random: seededRandom('series'), log: silentLog };

let folder: string;
let influx: InfluxServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-series-'));
  influx = await startInflux({ auth: true });
});
afterAll(async () => {
  await influx[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const ENGINES = [
  { engine: 'duckdb', url: () => 'duckdb' },
  { engine: 'influx', url: () => influx.url('series') },
];

/** Noon of a day in winter; a whole hour. */
const T0 = Date.UTC(2026, 0, 15, 12);
let lastSite = 0;

describe.each(ENGINES)('Series in $engine', ({ engine, url }) => {
  let series: Series;
  let site: string;
  const open = () => openSeries(url(), { dataFolder: folder, ground });
  beforeAll(async () => {
    series = await open();
  });
  afterAll(() => series.close());
  beforeEach(() => {
    site = `site-${++lastSite}`;
  });

  const reading = (device: string, ts: number, values: Record<string, number>): Reading => {
    return { site, device: `${site}-${device}`, type: 'grid-meter', ts, values };
  };
  const pointsOf = async (device: string, metric: string, more: object = {}) => {
    const query = { devices: [`${site}-${device}`], metric, from: T0 - DAY, to: T0 + DAY, ...more };
    return (await series.query(query)).flatMap(({ points }) => points);
  };

  it('say which engine keeps them', () => {
    expect(series.engine).toBe(engine);
  });

  it('have nothing of devices and metrics that they never saw', async () => {
    expect(await pointsOf('a', 'W')).toEqual([]);
    expect(await series.last([`${site}-a`], T0)).toEqual([]);
    expect(await series.append([reading('a', T0, { W: 1 })])).toEqual([]);
    expect(await pointsOf('a', 'NeverSeen')).toEqual([]);
    expect(await pointsOf('a', 'no such"; metric')).toEqual([]);
    expect(await series.query({ devices: [], metric: 'W', from: 0, to: T0 })).toEqual([]);
    expect(await series.last([], T0)).toEqual([]);
  });

  it('give back raw points in time order, from included, to excluded', async () => {
    const readings = [30, 0, 20, 10].map((s) => reading('a', T0 + s * SECOND, { W: s + 0.5 }));
    expect(await series.append(readings)).toEqual([]);
    expect(await series.query({ devices: [`${site}-a`], metric: 'W', from: T0, to: T0 + 30 * SECOND })).toEqual([
      { site, device: `${site}-a`, metric: 'W', points: [0, 10, 20].map((s) => [T0 + s * SECOND, s + 0.5]) },
    ]);
    expect(await pointsOf('a', 'W', { limit: 2 })).toEqual([0, 10].map((s) => [T0 + s * SECOND, s + 0.5]));
  });

  it('keep every number as it is', async () => {
    const numbers = [0, -0.1, 1 / 3, 1e21, -1e-21, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, 5e-324];
    expect(await series.append(numbers.map((number, index) => reading('a', T0 + index, { W: number })))).toEqual([]);
    expect((await pointsOf('a', 'W')).map(([, value]) => value)).toEqual(numbers);
  });

  it.each([
    ['mean', [15, 35, 50]],
    ['min', [10, 30, 50]],
    ['max', [20, 40, 50]],
    ['sum', [30, 70, 50]],
    ['last', [20, 40, 50]],
    ['count', [2, 2, 1]],
  ])('make one value of a step: %s', async (aggregate, values) => {
    const minutes = [1, 4, 5, 9, 20];
    await series.append(minutes.map((minute, index) => reading('a', T0 + minute * MINUTE, { W: (index + 1) * 10 })));
    // The range begins within a step, and the steps stay where they are.
    const asked = { from: T0 + 30 * SECOND, to: T0 + HOUR, step: 5 * MINUTE, aggregate };
    expect(await pointsOf('a', 'W', asked)).toEqual([0, 5, 20].map((minute, i) => [T0 + minute * MINUTE, values[i]]));
    expect(await pointsOf('a', 'W', { ...asked, limit: 1 })).toEqual([[T0, values[0]]]);
  });

  it('answer for each of several devices', async () => {
    await series.append(['c', 'a', 'b'].map((device, index) => reading(device, T0, { W: index })));
    const devices = ['a', 'b', 'nobody'].map((device) => `${site}-${device}`);
    expect(await series.query({ devices, metric: 'W', from: T0, to: T0 + 1 })).toEqual([
      { site, device: `${site}-a`, metric: 'W', points: [[T0, 1]] },
      { site, device: `${site}-b`, metric: 'W', points: [[T0, 2]] },
    ]);
  });

  it('tell apart the newest values of devices of one id at two sites', async () => {
    const twin = reading('twin', T0, { W: 1 });
    await series.append([twin, { ...twin, site: `${site}-other`, values: { W: 2 } }]);
    expect((await series.last([twin.device], T0)).map(({ site: at, values }) => [at, values['W']])).toEqual(
      expect.arrayContaining([
        [site, 1],
        [`${site}-other`, 2],
      ]),
    );
  });

  it('find a metric in whatever type of device has it', async () => {
    await series.append([
      reading('grid', T0, { W: 1 }),
      { ...reading('pv', T0, { W: 2 }), type: 'pv-inverter' },
      { ...reading('car', T0, { W: 3 }), type: 'charging-station', device: `${site}-car:1` },
    ]);
    const devices = ['grid', 'pv', 'car:1'].map((device) => `${site}-${device}`);
    const found = await series.query({ devices, metric: 'W', from: T0, to: T0 + 1 });
    expect(new Map(found.map(({ device, points }) => [device, points[0]?.[1]]))).toEqual(
      new Map([
        [`${site}-grid`, 1],
        [`${site}-pv`, 2],
        [`${site}-car:1`, 3],
      ]),
    );
  });

  it('are not changed by the same again', async () => {
    const readings = [0, 10, 20].map((s) => reading('a', T0 + s * SECOND, { W: s, A: s }));
    for (let time = 0; time < 3; time++) expect(await series.append(readings)).toEqual([]);
    await series.append([...readings, ...readings]);
    expect(await pointsOf('a', 'W')).toEqual([0, 10, 20].map((s) => [T0 + s * SECOND, s]));
    expect(await pointsOf('a', 'A', { step: MINUTE, aggregate: 'count' })).toEqual([[T0, 3]]);
  });

  it('merge what comes later of the same instant', async () => {
    await series.append([reading('a', T0, { W: 1, A: 2 })]);
    await series.append([reading('a', T0, { V: 230 }), reading('a', T0, { V: 231, SoC: 50 })]);
    expect(await pointsOf('a', 'W')).toEqual([[T0, 1]]);
    expect(await pointsOf('a', 'A')).toEqual([[T0, 2]]);
    expect(await pointsOf('a', 'V')).toEqual([[T0, 231]]);
    expect(await pointsOf('a', 'SoC')).toEqual([[T0, 50]]);
  });

  it('keep the value that was written last', async () => {
    await series.append([reading('a', T0, { W: 1, A: 1 }), reading('a', T0, { W: 2 })]);
    expect(await pointsOf('a', 'W')).toEqual([[T0, 2]]);
    await series.append([reading('a', T0, { W: 3 })]);
    expect(await pointsOf('a', 'W')).toEqual([[T0, 3]]);
    expect(await pointsOf('a', 'A')).toEqual([[T0, 1]]);
  });

  it('take data that come days late, between those that are there', async () => {
    await series.append([0, 2, 4].map((h) => reading('a', T0 + h * HOUR, { W: h })));
    await series.append([-72, 1, 3].map((h) => reading('a', T0 + h * HOUR, { W: h })));
    expect((await pointsOf('a', 'W')).map(([, value]) => value)).toEqual([0, 1, 2, 3, 4]);
    expect((await pointsOf('a', 'W', { from: T0 - 4 * DAY })).map(([, value]) => value)).toEqual([-72, 0, 1, 2, 3, 4]);
  });

  it('know the newest value of each metric, with the quality it came with, within a day', async () => {
    await series.append([
      reading('a', T0 - 25 * HOUR, { V: 230 }),
      reading('a', T0 - 3 * HOUR, { A: 1 }),
      { ...reading('a', T0 - 2 * HOUR, { A: 2, W: 1 }), quality: { W: Quality.bad, A: Quality.stale } },
      reading('a', T0 - HOUR, { W: 2 }),
      reading('old', T0 - 25 * HOUR, { W: 1 }),
      reading('b', T0 + MINUTE, { W: 7 }),
    ]);
    const found = await series.last(
      ['a', 'b', 'old', 'nobody'].map((device) => `${site}-${device}`),
      T0,
    );
    expect(found.toSorted((x, y) => x.device.localeCompare(y.device))).toEqual([
      { ...reading('a', T0 - HOUR, { A: 2, W: 2 }), quality: { A: Quality.stale } },
      reading('b', T0 + MINUTE, { W: 7 }),
    ]);
  });

  it.each([
    'with space',
    'a,site=x',
    'W=9 1',
    `quote"apostrophe'`,
    `') OR 1=1 --`,
    '"; DROP TABLE "grid-meter',
    'back\\slash',
    'back\\,comma',
    'back\\ space',
    '\\leading',
    'percent%20$1${2}',
    'forlì-電-🔌',
    '#comment',
    'CH*1:2',
  ])('keep apart and find again a device that is called %s', async (name) => {
    const odd = { ...reading('x', T0, { W: 42 }), device: `${site} ${name}` };
    expect(await series.append([odd, reading('plain', T0, { W: 1 })])).toEqual([]);
    const asked = { site, devices: [odd.device], metric: 'W', from: T0, to: T0 + 1 };
    expect(await series.query(asked)).toEqual([{ site, device: odd.device, metric: 'W', points: [[T0, 42]] }]);
    expect(await series.last([odd.device], T0)).toEqual([odd]);
    expect(await pointsOf('plain', 'W')).toEqual([[T0, 1]]);
  });

  it('hand back what can never be stored, with a reason, and store the rest', async () => {
    const dead = await series.append([
      reading('a', T0, { W: Number.NaN, A: 1 }),
      reading('a', T0 + 1, { W: Number.POSITIVE_INFINITY }),
      reading('a', T0 + 2, { 'W"; DROP': 1, A: 2 }),
      { ...reading('a', T0 + 3, { A: 3 }), type: 'grid"meter' },
      reading('a\nb', T0 + 4, { A: 3 }),
      reading('a', Number.NaN, { A: 3 }),
      reading('a', T0 + 5, { A: 4 }),
    ]);
    expect(dead).toHaveLength(6);
    for (const { reason } of dead) expect(reason).toMatch(/\w/);
    expect(dead.flatMap(({ reading: { values } }) => Object.keys(values)).toSorted()).toEqual(
      ['A', 'A', 'A', 'W', 'W', 'W"; DROP'].toSorted(),
    );
    expect((await pointsOf('a', 'A')).map(([, value]) => value)).toEqual([1, 2, 4]);
    expect(await pointsOf('a', 'W')).toEqual([]);
  });

  it('take a large batch of many devices, and many batches at once', async () => {
    const batch = (minute: number) =>
      Array.from({ length: 6_000 }, (_, index) => reading(`d${index}`, T0 + minute * MINUTE, { W: index, A: minute }));
    const dead = await Promise.all([0, 1, 2, 3].map((minute) => series.append(batch(minute))));
    expect(dead.flat()).toEqual([]);
    expect(await pointsOf('d5999', 'A')).toEqual([0, 1, 2, 3].map((minute) => [T0 + minute * MINUTE, minute]));
    const devices = Array.from({ length: 1_200 }, (_, index) => `${site}-d${index}`);
    expect(await series.query({ devices, metric: 'W', from: T0, to: T0 + HOUR, step: HOUR })).toHaveLength(1_200);
    expect(await series.last(devices, T0 + HOUR)).toHaveLength(1_200);
  });

  it('are all there after they were closed and opened', async () => {
    await series.append([reading('a', T0, { W: 1, Fresh: 2 })]);
    await series.close();
    series = await open();
    expect(await pointsOf('a', 'Fresh')).toEqual([[T0, 2]]);
    expect(await series.append([reading('a', T0 + 1, { W: 3, Fresh: 4 })])).toEqual([]);
    expect(await pointsOf('a', 'Fresh')).toEqual([
      [T0, 2],
      [T0 + 1, 4],
    ]);
  });
});
