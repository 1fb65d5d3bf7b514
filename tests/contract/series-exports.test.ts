import { DuckDBInstance } from '@duckdb/node-api';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { openDuckdbSeries } from '#storage/engines/duckdb/engine.ts';
import { openInfluxSeries } from '#storage/engines/influx/engine.ts';
import { rowsOf } from '#storage/engines/influx/rows.ts';
import { influxServer } from '#storage/engines/influx/server.ts';
import type { Series } from '#storage/series.ts';
import { temporaryFolder, type TemporaryFolder } from '../platform/temporary-folder.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';

const T0 = Date.UTC(2026, 0, 15, 12);

let folder: TemporaryFolder;
let influx: InfluxServer;
beforeAll(async () => {
  [folder, influx] = await Promise.all([temporaryFolder(), startInflux()]);
});
afterAll(async () => {
  await influx[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const ENGINES: { engine: string; open: () => Promise<Series> }[] = [
  { engine: 'duckdb', open: () => openDuckdbSeries({ file: ':memory:' }) },
  {
    engine: 'influx',
    open: () => Promise.resolve(openInfluxSeries({ url: influx.url('exports'), clock: systemClock })),
  },
];

const READINGS: Reading[] = [
  {
    site: 'alba',
    device: 'inv1',
    type: 'pv-inverter',
    ts: T0,
    values: { W: 1 / 3, PF: -0.5 },
    receivedAt: T0 + SECOND,
  },
  { site: 'barolo', device: 'inv1', type: 'pv-inverter', ts: T0, values: { W: 5e-324 } },
  { site: 'barolo', device: 'a "quoted", name', type: 'grid-meter', ts: T0 + 1, values: { W: -1e21 } },
  { site: 'barolo', device: 'forlì-電-🔌', type: 'grid-meter', ts: T0 + DAY, values: { PF: 0 } },
];

describe.each(ENGINES)('An export of series in $engine', ({ engine, open }) => {
  let series: Series;
  beforeAll(async () => {
    series = await open();
    await series.append([...READINGS, { ...(READINGS[0] as Reading), ts: T0 + 2, values: { VAR: 1 } }].toReversed());
  });
  afterAll(() => series.close());

  const asked = { metrics: ['W', 'PF'], from: T0, to: T0 + 2 * DAY };

  it('has each reading with one of the metrics, in order of time', async () => {
    expect((await Array.fromAsync(series.rows(asked))).flat()).toEqual(READINGS);
  });

  it('has the same rows as Parquet, and leaves nothing else', async () => {
    const file = join(folder.path, `${engine}.parquet`);
    await series.parquet(asked, file);
    expect(await rowsIn(file)).toEqual(
      READINGS.map(({ ts, site, device, type, values, receivedAt = null }) => {
        return {
          time: ts,
          site,
          device,
          type,
          W: values['W'] ?? null,
          PF: values['PF'] ?? null,
          received_at: receivedAt,
        };
      }),
    );
    expect((await readdir(folder.path)).filter((name) => name.startsWith(engine))).toEqual([`${engine}.parquet`]);
  });

  it('has its columns as Parquet where nothing was measured', async () => {
    const file = join(folder.path, `${engine}-empty.parquet`);
    await series.parquet({ ...asked, devices: ['nobody'] }, file);
    expect(await columnsOf(file)).toEqual([
      ['time', 'TIMESTAMP'],
      ['site', 'VARCHAR'],
      ['device', 'VARCHAR'],
      ['type', 'VARCHAR'],
      ['W', 'DOUBLE'],
      ['PF', 'DOUBLE'],
      ['received_at', 'TIMESTAMP'],
    ]);
    expect(await rowsIn(file)).toEqual([]);
  });
});

describe('InfluxDB', () => {
  it('is never asked for more readings than may be held, however many devices have some', async () => {
    const [devices, each, limit] = [300, 100, 20_001];
    const names = Array.from({ length: devices }, (_, n) => `d${n}`);
    const lines = names.flatMap((device, n) =>
      Array.from({ length: each }, (_, k) => `grid-meter,device=${device},site=barolo W=${n} ${T0 + k * MINUTE}`),
    );
    await influx.ask('', 'CREATE DATABASE many');
    await influx.write('many', lines.join('\n'));
    const server = influxServer(influx.url('many'), systemClock);
    let told = 0;
    const counting: typeof server = {
      ...server,
      async ask(...question) {
        const answers = await server.ask(...question);
        for (const { values } of answers.flat()) told += values.length;
        return answers;
      },
    };
    const asked = { type: 'grid-meter', metrics: ['W'], from: T0, to: T0 + 6 * HOUR };
    for (const some of [names, undefined]) {
      told = 0;
      expect(await rowsOf(counting, { ...asked, devices: some, limit })).toHaveLength(limit);
      expect(told).toBe(limit);
    }
    const few = { ...asked, devices: names, to: T0 + 2 * MINUTE };
    expect(await rowsOf(counting, { ...few, limit })).toHaveLength(2 * devices);
  });
});

async function asking(sql: string) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await connection.runAndReadAll(sql);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function rowsIn(file: string) {
  const found = await asking(
    `SELECT * REPLACE (epoch_ms("time")::DOUBLE AS "time", epoch_ms(received_at)::DOUBLE AS received_at) FROM read_parquet('${file}')`,
  );
  return found.getRowObjects();
}

async function columnsOf(file: string) {
  const found = await asking(`DESCRIBE SELECT * FROM read_parquet('${file}')`);
  return found.getRows().map(([name, type]) => [name, type]);
}
