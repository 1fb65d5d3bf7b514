import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { PolisError } from '#estate/errors.ts';
import type { Millis } from '#estate/units.ts';
import { csvRows } from '../checks/csv.ts';
import type { Target } from '../target.ts';

/** What devices of a type measured in a span of time. */
export interface SeriesQuestion {
  type: string;
  metrics: readonly string[];
  /** Included. */
  from: Millis;
  /** Excluded. */
  to: Millis;
}

/** Some readings as the platform has them, column by column. */
export interface StoredReadings {
  sites: readonly unknown[];
  devices: readonly unknown[];
  at: readonly unknown[];
  /** For each metric that was asked for, in that order, a number a reading, or null where it was not measured. */
  values: readonly (readonly unknown[])[];
}

/** Unprocessable content: the store cannot do that. */
const UNSUPPORTED = 422;
/** Rows of CSV that are read at once. */
const CHUNK = 5_000;
/** It reads a file from begin to end, beside a fleet. */
const READER = { threads: '1', memory_limit: '128MB' };

/**
 * The platform's exports: as Parquet, which takes a tenth of the time, or as CSV where its store has no way to write that.
 *
 * @throws PolisError (while they are read) as the target does.
 */
export function createExports(target: Target): (question: SeriesQuestion) => AsyncGenerator<StoredReadings> {
  let hasParquet = true;
  return async function* readings(question) {
    if (hasParquet) {
      await using file = await temporaryFile();
      hasParquet = await download(target, pathOf(question, 'parquet'), file.path);
      if (hasParquet) return yield* parquetReadings(file.path, question.metrics);
    }
    yield* csvReadings(target, question);
  };
}

function pathOf({ type, metrics, from, to }: SeriesQuestion, format: 'parquet' | 'csv'): string {
  return `/v1/series/export?type=${type}&metrics=${metrics.join()}&from=${from}&to=${to}&synthetic=true&format=${format}`;
}

async function temporaryFile() {
  const folder = await mkdtemp(join(tmpdir(), 'polisgrid-verify-'));
  return {
    path: join(folder, 'series.parquet'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** False: there is no such format. */
async function download(target: Target, path: string, file: string): Promise<boolean> {
  try {
    await pipeline(await target.body(path), createWriteStream(file));
    return true;
  } catch (error) {
    if (error instanceof PolisError && error.details['status'] === UNSUPPORTED) return false;
    throw error;
  }
}

async function* parquetReadings(file: string, metrics: readonly string[]): AsyncGenerator<StoredReadings> {
  // Only where it is needed: it would weigh on every run.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', READER);
  const connection = await instance.connect();
  try {
    const columns = metrics.map((metric) => `"${metric}"`);
    const found = await connection.stream(
      `SELECT site, device, epoch_ms("time")::DOUBLE, ${columns.join()} FROM read_parquet($file)`,
      { file },
    );
    for (let chunk = await found.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await found.fetchChunk()) {
      const [sites = [], devices = [], at = [], ...values] = chunk.getColumns();
      yield { sites, devices, at, values };
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function* csvReadings(target: Target, question: SeriesQuestion): AsyncGenerator<StoredReadings> {
  let held: string[] = [];
  let isHead = true;
  for await (const line of createInterface({ input: await target.body(pathOf(question, 'csv')) })) {
    if (isHead) isHead = false;
    else held.push(line);
    if (held.length < CHUNK) continue;
    yield readingsIn(held, question.metrics);
    held = [];
  }
  yield readingsIn(held, question.metrics);
}

/** Of lines `time, site, device, type`, then the metrics. */
function readingsIn(lines: readonly string[], metrics: readonly string[]): StoredReadings {
  const rows = csvRows(lines.join('\n')).map(({ cells }) => cells);
  return {
    sites: rows.map(([, site]) => site),
    devices: rows.map(([, , device]) => device),
    at: rows.map(([time = '']) => Date.parse(time)),
    values: metrics.map((_, index) =>
      rows.map((cells) => ((cells[index + 4] ?? '') === '' ? null : Number(cells[index + 4]))),
    ),
  };
}
