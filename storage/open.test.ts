import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { openRecords, openSeries } from './open.ts';

const ground = { clock: handClock(0), random: seededRandom(1), log: silentLog };
let dataFolder: string;
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'polisgrid-open-'));
});
afterAll(() => rm(dataFolder, { recursive: true, force: true }));

const errorOf = (opened: Promise<unknown>) => opened.then(String, (error: unknown) => error);

describe('The stores', () => {
  it.each([
    ['sqlite', 'records.db'],
    ['sqlite:other.db', 'other.db'],
  ])('keep records of %s in the data folder', async (url, file) => {
    const records = await openRecords(url, { modules: [], dataFolder });
    await records.close();
    expect({ engine: records.engine, there: existsSync(join(dataFolder, file)) }).toEqual({
      engine: 'sqlite',
      there: true,
    });
  });

  it.each([
    ['duckdb', 'series'],
    ['duckdb:other.duckdb', 'other'],
  ])('keep series of %s in the data folder', async (url, file) => {
    const series = await openSeries(url, { dataFolder, ground });
    await series.close();
    expect({ engine: series.engine, there: existsSync(join(dataFolder, file)) }).toEqual({
      engine: 'duckdb',
      there: true,
    });
  });

  it('open series in an InfluxDB that is away', async () => {
    const series = await openSeries('influx://127.0.0.1:1/estate', { dataFolder, ground });
    await expect(series.append([{ site: 's', device: 'd', type: 't', ts: 1, values: { W: 1 } }])).rejects.toMatchObject(
      {
        code: 'unavailable',
      },
    );
  });

  it.each([
    '',
    'oracle',
    'mysql://user:hunter2@host/db',
    'POSTGRES',
    'duckdb',
    'postgres://user:hunter2@',
    'postgres:hunter2',
  ])('do not open records in "%s", say what is allowed, and tell no password', async (url) => {
    const error = await errorOf(openRecords(url, { modules: [], dataFolder }));
    expect(error).toBeInstanceOf(PolisError);
    expect(error).toMatchObject({ code: 'config', message: expect.stringMatching(/postgres:\/\//) as string });
    expect(String(error)).not.toContain('hunter2');
  });

  it.each([
    '',
    'sqlite',
    'http://user:hunter2@host:8086/db',
    'influx://user:hunter2@',
    'influx://user:hunter2@host:port/db',
  ])('do not open series in "%s", say what is allowed, and tell no password', async (url) => {
    const error = await errorOf(openSeries(url, { dataFolder, ground }));
    expect(error).toBeInstanceOf(PolisError);
    expect(error).toMatchObject({ code: 'config', message: expect.stringMatching(/influx:\/\//) as string });
    expect(String(error)).not.toContain('hunter2');
  });
});
