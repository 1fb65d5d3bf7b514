import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY, HOUR, MINUTE, SECOND, type Millis } from '#estate/units.ts';
import { openDuckdbSeries } from '#storage/engines/duckdb/engine.ts';
import { openInfluxSeries } from '#storage/engines/influx/engine.ts';
import type { Series } from '#storage/series.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';

let folder: string;
let influx: InfluxServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-received-'));
  influx = await startInflux();
});
afterAll(async () => {
  await influx[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const ENGINES: { engine: string; open: () => Promise<Series> }[] = [
  { engine: 'duckdb', open: () => openDuckdbSeries({ file: join(folder, 'received.duckdb') }) },
  {
    engine: 'influx',
    open: () => Promise.resolve(openInfluxSeries({ url: influx.url('received'), clock: systemClock })),
  },
];

const T0 = Date.UTC(2026, 0, 15, 12);
let lastSite = 0;

describe.each(ENGINES)('When readings were received: series in $engine', ({ open }) => {
  let series: Series;
  let site: string;
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
  const rowsOf = async (metrics: string[]) => {
    const pages = await Array.fromAsync(series.rows({ site, metrics, from: T0 - DAY, to: T0 + DAY }));
    return pages.flat();
  };

  it('keep it to the second, whatever the clock of the device shows', async () => {
    const delays: [string, number][] = [
      ['live', 80],
      ['historical', 3 * HOUR + 400],
      ['ahead', -6 * MINUTE],
    ];
    await series.append(
      delays.map(([device, delay], index) => {
        return { ...reading(device, T0 + index, { W: index }), receivedAt: T0 + index + delay };
      }),
    );
    await series.append([reading('unknown', T0 + 3, { W: 3 })]);
    const expected: [string, Millis | null][] = [
      ['live', T0],
      ['historical', T0 + 1 + 3 * HOUR],
      ['ahead', T0 + 2 - 6 * MINUTE],
      ['unknown', null],
    ];
    const asked = { metric: 'W', from: T0, to: T0 + HOUR };
    for (const [device, at] of expected) {
      const [found] = await series.query({ ...asked, devices: [`${site}-${device}`], received: true });
      expect(found?.receivedAt).toEqual([at]);
      expect(await series.query({ ...asked, devices: [`${site}-${device}`] })).not.toHaveProperty('0.receivedAt');
    }
    expect((await rowsOf(['W'])).map(({ device, receivedAt }) => [device, receivedAt ?? null])).toEqual(
      expected.map(([device, at]) => [`${site}-${device}`, at]),
    );
  });

  it('know it of the points of a metric alone, though others have some too', async () => {
    const readings = [0, 1, 2, 3].map((n) => {
      return { ...reading('a', T0 + n, n % 2 ? { W: n, A: n } : { A: n }), receivedAt: T0 + n + MINUTE };
    });
    await series.append(readings);
    const asked = { devices: [`${site}-a`], metric: 'W', from: T0, to: T0 + HOUR, received: true };
    const points = [1, 3].map((n) => [T0 + n, n]);
    expect(await series.query(asked)).toMatchObject([{ points, receivedAt: points.map(([at = 0]) => at + MINUTE) }]);
    expect(await series.query({ ...asked, limit: 1 })).toMatchObject([{ points: [[T0 + 1, 1]] }]);
    expect(await rowsOf(['W'])).toEqual([1, 3].map((n) => ({ ...readings[n], values: { W: n } })));
  });

  it('keep that of what was written last of an instant', async () => {
    const first = { ...reading('a', T0, { W: 1, A: 2 }), receivedAt: T0 + SECOND };
    const receivedAt = async () => (await rowsOf(['W', 'A'])).map((one) => one.receivedAt);
    await series.append([first]);
    await series.append([first]);
    expect(await receivedAt()).toEqual([T0 + SECOND]);
    await series.append([
      { ...first, receivedAt: T0 + MINUTE },
      { ...first, receivedAt: T0 + 2 * MINUTE },
    ]);
    expect(await receivedAt()).toEqual([T0 + 2 * MINUTE]);
    await series.append([reading('a', T0, { W: 3 })]);
    expect(await rowsOf(['W', 'A'])).toEqual([{ ...first, values: { W: 3, A: 2 }, receivedAt: T0 + 2 * MINUTE }]);
    await series.append([{ ...reading('a', T0, { W: 4 }), receivedAt: T0 + HOUR }]);
    expect(await rowsOf(['W', 'A'])).toEqual([{ ...first, values: { W: 4, A: 2 }, receivedAt: T0 + HOUR }]);
  });
});
