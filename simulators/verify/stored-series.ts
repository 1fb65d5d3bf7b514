import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Millis } from '#estate/units.ts';
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

/** It reads a file from begin to end, beside a fleet. */
const READER = { threads: '1', memory_limit: '128MB' };

/**
 * The platform's exports, as Parquet.
 *
 * @throws PolisError (while they are read) as the target does.
 */
export function createExports(target: Target): (question: SeriesQuestion) => AsyncGenerator<StoredReadings> {
  return async function* readings(question) {
    await using file = await temporaryFile();
    await pipeline(await target.body(pathOf(question)), createWriteStream(file.path));
    yield* parquetReadings(file.path, question.metrics);
  };
}

function pathOf({ type, metrics, from, to }: SeriesQuestion): string {
  return `/v1/series/export?type=${type}&metrics=${metrics.join()}&from=${from}&to=${to}&synthetic=true&format=parquet`;
}

async function temporaryFile() {
  const folder = await mkdtemp(join(tmpdir(), 'polisgrid-verify-'));
  return {
    path: join(folder, 'series.parquet'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
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
