import { join, resolve } from 'node:path';
import { PolisError } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { openDuckdbSeries } from './engines/duckdb/engine.ts';
import { openInfluxSeries } from './engines/influx/engine.ts';
import { openPostgresRecords } from './engines/postgres/engine.ts';
import { openSqliteRecords } from './engines/sqlite/engine.ts';
import type { Records } from './records.ts';
import { clocked } from './rollups/clocked.ts';
import type { RollupOptions } from './rollups/rollups.ts';
import type { Series } from './series.ts';

/**
 * Opens the records.
 *
 * @param url `sqlite`, `sqlite:FILE` (in the data folder, unless absolute; `sqlite::memory:` keeps nothing) or
 *   `postgres://user:password@host:5432/database`.
 * @param options the URLs of the rooms' record modules, and the folder for local files; with a ground a local file is looked
 *   through for damage now and then.
 * @throws PolisError `config` when the URL is of no engine; `unavailable` when the store does not answer.
 */
export async function openRecords(
  url: string,
  { modules, dataFolder, ground }: { modules: readonly string[]; dataFolder: string; ground?: Ground },
): Promise<Records> {
  switch (schemeOf(url)) {
    case 'sqlite':
      return openSqliteRecords({ file: fileOf(url, dataFolder, 'records.db'), modules }, ground);
    case 'postgres':
    case 'postgresql':
      return openPostgresRecords({ url: checked(url), modules });
    default:
      throw unknown('records', url, 'sqlite, sqlite:FILE or postgres://user:password@host:5432/database');
  }
}

/**
 * Opens the series, and has their upkeep done each minute.
 *
 * @param url `duckdb`, `duckdb:FILE` or `influx://user:password@host:8086/database`.
 * @param options which metrics are counters, and how long what is kept: for ever unless told.
 * @throws PolisError `config` when the URL is of no engine; `unavailable` when the file cannot be opened. InfluxDB may
 *   be away: then the series answer `unavailable` until it is back.
 */
export async function openSeries(
  url: string,
  { dataFolder, ground, ...rollups }: { dataFolder: string; ground: Ground } & RollupOptions,
): Promise<Series> {
  switch (schemeOf(url)) {
    case 'duckdb':
      return clocked(await openDuckdbSeries({ file: fileOf(url, dataFolder, 'series.duckdb'), ...rollups }), ground);
    case 'influx':
      return clocked(openInfluxSeries({ url: checked(url), clock: ground.clock, ...rollups }), ground);
    default:
      throw unknown('series', url, 'duckdb, duckdb:FILE or influx://user:password@host:8086/database');
  }
}

function schemeOf(url: string): string {
  return url.split(':', 1)[0] ?? '';
}

function fileOf(url: string, dataFolder: string, usual: string): string {
  const file = url.slice(schemeOf(url).length + 1);
  if (file === ':memory:') return file;
  return file === '' ? join(dataFolder, usual) : resolve(dataFolder, file);
}

/** A URL may hold a password: so what is wrong with it is said without it. */
function checked(url: string): string {
  if (URL.canParse(url) && new URL(url).hostname !== '') return url;
  const form = `${schemeOf(url)}://user:password@host:port/database`;
  throw new PolisError('config', `The address of the ${schemeOf(url)} store is not of the form ${form}.`);
}

function unknown(what: string, url: string, allowed: string): PolisError {
  return new PolisError('config', `No engine keeps ${what} in "${schemeOf(url)}"; use ${allowed}.`);
}
