import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { openDuckdbSeries } from '#storage/engines/duckdb/engine.ts';
import { openInfluxSeries } from '#storage/engines/influx/engine.ts';
import type { Counter, Series } from '#storage/series.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';

/** Behind a gateway an id is unique within its site only: two inverters and a battery are called inv1. */

const counters: Counter[] = [{ type: 'pv-inverter', metric: 'TotWhInj', perHour: 1e6 }];
const T0 = Date.UTC(2026, 0, 15, 12);

let influx: InfluxServer;
beforeAll(async () => {
  influx = await startInflux();
});
afterAll(() => influx[Symbol.asyncDispose]());

const ENGINES: { engine: string; open: () => Promise<Series> }[] = [
  { engine: 'duckdb', open: () => openDuckdbSeries({ file: ':memory:', counters }) },
  {
    engine: 'influx',
    open: () => Promise.resolve(openInfluxSeries({ url: influx.url('sites'), clock: systemClock, counters })),
  },
];

/** Of the same instants at each site. */
const READINGS: Reading[] = ['alba', 'barolo', 'cuneo'].flatMap((site, n) =>
  Array.from({ length: 60 }, (_, minute) => {
    const type = site === 'cuneo' ? 'battery' : 'pv-inverter';
    const values = { W: 100 * (n + 1), TotWhInj: 1_000 * (n + 1) + (n + 1) * minute };
    return { site, device: 'inv1', type, ts: T0 + minute * MINUTE, values };
  }),
);

describe.each(ENGINES)('Devices of one id at several sites: series in $engine', ({ open }) => {
  let series: Series;
  beforeAll(async () => {
    series = await open();
    await series.append(READINGS);
  });
  afterAll(() => series.close());

  const asked = { devices: ['inv1'], metric: 'W', from: T0, to: T0 + HOUR };
  const twins = { ...asked, type: 'pv-inverter' };
  const linesOf = async (query: Parameters<Series['query']>[0]) =>
    (await series.query(query)).map(({ site, device, points }) => [site, device, points.map(([, value]) => value)]);
  const hourOf = (value: number, steps: number) => Array.from({ length: steps }, () => value);

  it('are a line each as raw points, by site, as many points of each as may be', async () => {
    expect(await linesOf({ ...asked, limit: 3 })).toEqual([
      ['alba', 'inv1', hourOf(100, 3)],
      ['barolo', 'inv1', hourOf(200, 3)],
      ['cuneo', 'inv1', hourOf(300, 3)],
    ]);
    expect(await linesOf({ ...twins, site: 'barolo' })).toEqual([['barolo', 'inv1', hourOf(200, 60)]]);
  });

  it.each([
    ['before they are rolled up', T0 - DAY, false],
    ['once they are rolled up', T0 + 2 * HOUR, true],
  ])('are a line each in steps, %s', async (_, now, rollsUp) => {
    expect((await series.upkeep(now)).quarters > 0).toBe(rollsUp);
    for (const step of [5 * MINUTE, 15 * MINUTE]) {
      const steps = HOUR / step;
      expect(await linesOf({ ...twins, step })).toEqual([
        ['alba', 'inv1', hourOf(100, steps)],
        ['barolo', 'inv1', hourOf(200, steps)],
      ]);
      const rises = { ...twins, metric: 'TotWhInj', to: T0 + HOUR - step, step, aggregate: 'rise' as const };
      expect(await linesOf(rises)).toEqual([
        ['alba', 'inv1', hourOf(step / MINUTE, steps - 1)],
        ['barolo', 'inv1', hourOf((2 * step) / MINUTE, steps - 1)],
      ]);
    }
    expect(await linesOf({ ...asked, site: 'cuneo', step: HOUR })).toEqual([['cuneo', 'inv1', [300]]]);
  });
});
