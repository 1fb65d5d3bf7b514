import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PolisError } from '#estate/errors.ts';
import { Quality } from '#estate/sample.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';

const T0 = Date.UTC(2026, 0, 15);

let specimen: Specimen;
let url: string;
beforeAll(async () => {
  specimen = await openSpecimen();
  url = `http://127.0.0.1:${(await specimen.api.start()).port}`;
  const put = (path: string, body: object) =>
    fetch(url + path, {
      method: 'PUT',
      headers: { ...ADMIN, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await put('/v1/sites/barolo', { name: 'Barolo' });
  await put('/v1/devices/grid', { site: 'barolo', type: 'grid-meter' });
  await put('/v1/devices/pv', { site: 'barolo', type: 'pv-inverter' });
  await put('/v1/devices/doll', { site: 'barolo', type: 'grid-meter', synthetic: true });
  const { series } = specimen.deps.stores;
  const minutes = Array.from({ length: 60 }, (_, minute) => minute);
  await series.append(
    ['grid', 'doll'].flatMap((device) =>
      minutes.map((minute) => {
        const values = { W: minute - 30, TotWhImp: 1_000 + minute * 10 };
        const ts = T0 + minute * MINUTE;
        return { site: 'barolo', device, type: 'grid-meter', ts, values, receivedAt: ts + 2 * SECOND };
      }),
    ),
  );
  const pv = { site: 'barolo', device: 'pv', type: 'pv-inverter', ts: T0, values: { W: 7, TmpCab: 1 } };
  await series.append([{ ...pv, quality: { TmpCab: Quality.stale } }]);
});
afterAll(() => specimen[Symbol.asyncDispose]());

const get = (path: string) => fetch(url + path, { headers: ADMIN });
const span = `from=${T0}&to=${T0 + DAY}`;

describe('the series of many devices', () => {
  it('are those of a site', async () => {
    const answer = await get(`/v1/series?site=barolo&metric=W&${span}&step=1h`);
    expect(await answer.json()).toEqual({
      series: [
        { site: 'barolo', device: 'doll', points: [[T0, -0.5]] },
        { site: 'barolo', device: 'grid', points: [[T0, -0.5]] },
        { site: 'barolo', device: 'pv', points: [[T0, 7]] },
      ],
    });
  });

  it('are those of a type', async () => {
    const answer = await get(`/v1/series?type=pv-inverter&metric=W&${span}&step=1d&aggregate=count`);
    expect(await answer.json()).toEqual({ series: [{ site: 'barolo', device: 'pv', points: [[T0, 1]] }] });
  });

  it('are those of one device, whose site is to be named where two have a device of its id', async () => {
    const twin = { device: 'twin', type: 'grid-meter', ts: T0 };
    await specimen.deps.stores.series.append([
      { ...twin, site: 'barolo', values: { W: 1 } },
      { ...twin, site: 'alba', values: { W: 2 } },
    ]);
    const asked = `device=twin&metric=W&${span}`;
    expect(await (await get(`/v1/series?${asked}&site=alba`)).json()).toEqual({ points: [[T0, 2]] });
    const refused = await get(`/v1/series?${asked}`);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('query/site: several sites')]);
  });

  it('say when each point was received, where that is asked for and was kept', async () => {
    const asked = `metric=W&from=${T0}&to=${T0 + MINUTE}`;
    const received = [T0 + 2 * SECOND];
    const answer = await get(`/v1/series?device=grid&${asked}&received=true`);
    expect(await answer.json()).toEqual({ points: [[T0, -30]], receivedAt: received });
    const ofSite = await get(`/v1/series?site=barolo&${asked}&received=true`);
    expect(await ofSite.json()).toEqual({
      series: [
        { site: 'barolo', device: 'doll', points: [[T0, -30]], receivedAt: received },
        { site: 'barolo', device: 'grid', points: [[T0, -30]], receivedAt: received },
        { site: 'barolo', device: 'pv', points: [[T0, 7]], receivedAt: [null] },
      ],
    });
    expect(await (await get(`/v1/series?device=grid&${asked}`)).json()).toEqual({ points: [[T0, -30]] });
    const refused = await get(`/v1/series?device=grid&${asked}&step=1h&received=true`);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('leave out the step')]);
  });

  it('are of something', async () => {
    const answer = await get('/v1/series?metric=W');
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('a device, a site or a type')]);
  });
});

describe('an export as CSV', () => {
  it('has a row for each reading, in order of time, and marks what is not good', async () => {
    const answer = await get(`/v1/series/export?site=barolo&metrics=W,TmpCab&from=${T0}&to=${T0 + 2 * MINUTE}`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="series-2026-01-15.csv"');
    expect(await answer.text()).toBe(
      'time,site,device,type,W,TmpCab,not_good,received_at\r\n' +
        '2026-01-15T00:00:00.000Z,barolo,grid,grid-meter,-30,,,2026-01-15T00:00:02.000Z\r\n' +
        '2026-01-15T00:00:00.000Z,barolo,pv,pv-inverter,7,1,TmpCab:500,\r\n' +
        '2026-01-15T00:01:00.000Z,barolo,grid,grid-meter,-29,,,2026-01-15T00:01:02.000Z\r\n',
    );
  });

  it('leaves out what is simulated, unless it is asked for', async () => {
    const refused = await get(`/v1/series/export?device=doll&metrics=W&${span}`);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('synthetic=true') as string]);
    const answer = await get(`/v1/series/export?device=doll&metrics=W&${span}&synthetic=true`);
    expect(answer.headers.get('content-disposition')).toContain('series-synthetic-2026-01-15.csv');
    expect((await answer.text()).split('\r\n')).toHaveLength(62);
  });

  it.each([
    ['no device', 'metrics=W', 'give a device, a site or a type'],
    ['no metric', 'device=grid', 'metrics'],
    ['a metric that is none', 'device=grid&metrics=W,;DROP', 'metrics'],
    ['a metric called like a column', 'device=grid&metrics=W,Type', 'A column is called so'],
    ['another format', 'device=grid&metrics=W&format=xls', 'format'],
  ])('is refused with %s', async (_, query, reason) => {
    const answer = await get(`/v1/series/export?${query}`);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(reason) as string]);
  });

  it('holds little of a large one, however slowly it is read', async () => {
    const { series } = specimen.deps.stores;
    const rows = 400_000;
    for (let start = 0; start < rows; start += 20_000) {
      const some = Array.from({ length: 20_000 }, (_, n) => {
        return { site: 'barolo', device: 'quick', type: 'meter', ts: T0 + (start + n) * SECOND, values: { W: n } };
      });
      await series.append(some);
    }
    let fetched = 0;
    specimen.deps.stores.series = {
      ...series,
      async *rows(query) {
        for await (const page of series.rows(query)) {
          fetched += page.length;
          expect(page.length).toBeLessThanOrEqual(20_000);
          yield page;
        }
      },
    };
    const answer = await get(`/v1/series/export?device=quick&metrics=W&from=${T0}&to=${T0 + 5 * DAY}`);
    const reader = answer.body?.getReader();
    await new Promise((resolve) => setTimeout(resolve, 300));
    // What the sockets hold on their way, and no more.
    expect(fetched).toBeLessThan(rows / 2);
    let lines = 0;
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      lines += part.value.filter((byte: number) => byte === 10).length;
    }
    specimen.deps.stores.series = series;
    expect(lines).toBe(rows + 1);
  });

  it('is a problem, and no half file, while the store is away', async () => {
    const { series } = specimen.deps.stores;
    const away = () => Promise.reject(new PolisError('unavailable', 'no answer'));
    specimen.deps.stores.series = { ...series, rows: () => ({ [Symbol.asyncIterator]: () => ({ next: away }) }) };
    const answer = await get(`/v1/series/export?device=grid&metrics=W&${span}`);
    specimen.deps.stores.series = series;
    expect(answer.status).toBe(503);
  });
});

describe('an export as Parquet', () => {
  it('holds the same rows, and leaves nothing behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polisgrid-parquet-'));
    vi.stubEnv('TMPDIR', folder);
    const answer = await get(`/v1/series/export?format=parquet&site=barolo&metrics=W,TotWhImp&${span}`);
    expect(answer.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    const file = join(folder, 'series.parquet');
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
    const duckdb = await DuckDBInstance.create(':memory:');
    const connection = await duckdb.connect();
    const found = await connection.runAndReadAll(
      `SELECT device, type, count(*)::INTEGER, sum(W), max(TotWhImp), min("time")::VARCHAR,
         max(received_at)::VARCHAR FROM '${file}' GROUP BY ALL ORDER BY 1`,
    );
    expect(found.getRowsJS()).toEqual([
      ['grid', 'grid-meter', 60, -30, 1_590, '2026-01-15 00:00:00', '2026-01-15 00:59:02'],
      ['pv', 'pv-inverter', 1, 7, null, '2026-01-15 00:00:00', null],
    ]);
    connection.closeSync();
    await expect.poll(() => readdir(folder)).toEqual(['series.parquet']);
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it('is an empty file with its columns where nothing was measured', async () => {
    const answer = await get(`/v1/series/export?format=parquet&device=grid&metrics=W&from=${T0 - DAY}&to=${T0 - HOUR}`);
    expect([answer.status, (await answer.arrayBuffer()).byteLength > 100]).toEqual([200, true]);
  });
});
