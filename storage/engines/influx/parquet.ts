import { DuckDBInstance } from '@duckdb/node-api';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { PolisError, messageOf } from '#estate/errors.ts';
import { nextTurn } from '#estate/next-turn.ts';
import type { Reading } from '#estate/sample.ts';
import { literal } from '../duckdb/partitions.ts';
import { valueColumn } from '../duckdb/tables.ts';

/** Lines that are made in one go: a few milliseconds, after which others have their turn. */
const LINES_AT_ONCE = 1_000;
/** Bytes of CSV that DuckDB reads at a time; unless told it takes 32 MB. */
const READ_AT_ONCE = 4 * 1024 * 1024;
/** With one thread it keeps the order, and holds little of what it copies. */
const COPIER = { threads: '1', memory_limit: '128MB' };

/**
 * Writes pages of readings to a Parquet file with the columns that the DuckDB engine gives it. DuckDB copies it from a
 * CSV file beside it: however many there are, few are held.
 *
 * @throws PolisError `unavailable` when a page cannot be read, or the file not be written.
 */
export async function writeParquet(
  pages: AsyncIterable<readonly Reading[]>,
  { metrics, file }: { metrics: readonly string[]; file: string },
): Promise<void> {
  const lines = `${file}.csv`;
  try {
    await pipeline(linesOf(pages, metrics), createWriteStream(lines));
    await copy({ lines, metrics, file });
  } catch (error) {
    if (error instanceof PolisError) throw error;
    throw new PolisError('unavailable', `The Parquet file cannot be written: ${messageOf(error)}`, { cause: error });
  } finally {
    await rm(lines, { force: true });
  }
}

async function* linesOf(pages: AsyncIterable<readonly Reading[]>, metrics: readonly string[]) {
  for await (const page of pages) {
    for (let start = 0; start < page.length; start += LINES_AT_ONCE) {
      await nextTurn();
      const some = page.slice(start, start + LINES_AT_ONCE);
      yield some.map((reading) => lineOf(reading, metrics)).join('');
    }
  }
}

function lineOf({ ts, site, device, type, values, receivedAt }: Reading, metrics: readonly string[]): string {
  const measured = metrics.map((metric) => (Object.hasOwn(values, metric) ? values[metric] : ''));
  return `${ts},${quoted(site)},${quoted(device)},${quoted(type)},${receivedAt ?? ''},${measured.join()}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

async function copy({ lines, metrics, file }: { lines: string; metrics: readonly string[]; file: string }) {
  const columns = [
    "ts: 'BIGINT', site: 'VARCHAR', device: 'VARCHAR', type: 'VARCHAR', received: 'BIGINT'",
    ...metrics.map((_, n) => `m${n}: 'DOUBLE'`),
  ];
  const values = metrics.map((metric, n) => `m${n} AS ${valueColumn(metric)}`);
  const instance = await DuckDBInstance.create(':memory:', COPIER);
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (SELECT make_timestamp_ms(ts) AS "time", site, device, type, ${values.join(', ')},
         make_timestamp_ms(received) AS received_at
       FROM read_csv(${literal(lines)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
         buffer_size = ${READ_AT_ONCE},
         columns = {${columns.join(', ')}}))
       TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
