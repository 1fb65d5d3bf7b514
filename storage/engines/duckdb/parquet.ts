import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { rename, rm } from 'node:fs/promises';
import { PolisError, messageOf } from '#estate/errors.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import type { RowsQuery } from '../../series.ts';
import { isMetric } from '../sieve.ts';
import { literal, type Partition, type Partitions } from './partitions.ts';
import { conditionOf } from './read.ts';
import { tablesOf } from './rows.ts';
import { columnName, DELAY_COLUMN, typeName, valueColumn, type Table } from './tables.ts';

/** Values that are sorted at once, so that it happens in little memory. */
const SORTED_AT_ONCE = 500_000;
/** Of a row beside its metrics: when, where, what, and when it was received. */
const FURTHER_COLUMNS = 5;
const PARQUET = '(FORMAT parquet, COMPRESSION zstd)';

/**
 * Writes the rows of a query to a Parquet file, in order of time. They are sorted piece by piece into files beside it,
 * which are then strung together: a year takes no more memory than a day.
 */
export async function writeParquet(
  connection: DuckDBConnection,
  partitions: Partitions,
  { query, file }: { query: RowsQuery; file: string },
): Promise<void> {
  const pieces: string[] = [];
  try {
    const spans = await spansOf(connection, partitions, query);
    // Where nothing was measured the file has its columns nevertheless.
    for (const span of spans.length > 0 ? spans : [query]) {
      const piece = `${file}.${pieces.length}`;
      pieces.push(piece);
      await sortInto(connection, partitions, { query: { ...query, from: span.from, to: span.to }, file: piece });
    }
    await stringTogether(pieces, file);
  } catch (error) {
    throw new PolisError('unavailable', `The Parquet file cannot be written: ${messageOf(error)}`, { cause: error });
  } finally {
    for (const piece of pieces) await rm(piece, { force: true });
  }
}

/** The time of a query in pieces of about as many rows as may be sorted at once, oldest first. */
async function spansOf(connection: DuckDBConnection, partitions: Partitions, query: RowsQuery) {
  const most = SORTED_AT_ONCE / (query.metrics.length + FURTHER_COLUMNS);
  const spans: { from: Millis; to: Millis }[] = [];
  for (const partition of partitions.between('raw', query.from, query.to)) {
    const rows = await rowsIn(connection, partition, query);
    if (rows === 0) continue;
    const [from, to] = [Math.max(partition.from, query.from), Math.min(partition.to, query.to)];
    const width = Math.ceil((to - from) / Math.ceil(rows / most));
    for (let at = from; at < to; at += width) spans.push({ from: at, to: Math.min(at + width, to) });
  }
  return spans;
}

async function rowsIn(connection: DuckDBConnection, partition: Partition, query: RowsQuery): Promise<number> {
  const { where, bound } = conditionOf(query);
  let rows = 0;
  for (const { type } of tablesOf(partition, query)) {
    const counted = await connection.runAndReadAll(
      `SELECT count(*)::DOUBLE FROM "${partition.name}".${typeName(type)} WHERE ${where}`,
      bound,
    );
    rows += Number(counted.getRows()[0]?.[0]);
  }
  return rows;
}

async function sortInto(
  connection: DuckDBConnection,
  partitions: Partitions,
  { query, file }: { query: RowsQuery; file: string },
): Promise<void> {
  const { where, bound } = conditionOf(query);
  const metrics = query.metrics.filter(isMetric);
  const values = metrics.map((metric) => `NULL::DOUBLE AS ${valueColumn(metric)}`);
  const none = `SELECT make_timestamp_ms(0::BIGINT) AS "time", '' AS site, '' AS device, '' AS type, ${values.join(', ')},
    NULL::TIMESTAMP AS received_at WHERE false`;
  const selects = partitions
    .between('raw', query.from, query.to)
    .flatMap((partition) => tablesOf(partition, query).flatMap((table) => selectOf(partition, table, metrics)))
    .map((select) => `${select} WHERE ${where}`);
  await connection.run(
    `COPY (SELECT * FROM (${[none, ...selects].join(' UNION ALL BY NAME ')})
      WHERE coalesce(${metrics.map(valueColumn).join(', ')}) IS NOT NULL ORDER BY "time", site, device)
     TO ${literal(file)} ${PARQUET}`,
    selects.length === 0 ? undefined : bound,
  );
}

/** Each piece is in order, and comes after the one before. With one thread, few of their rows are held at a time. */
async function stringTogether(pieces: readonly string[], file: string): Promise<void> {
  const [only, ...more] = pieces;
  if (only !== undefined && more.length === 0) return rename(only, file);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '128MB' });
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (FROM read_parquet([${pieces.map(literal).join(', ')}])) TO ${literal(file)} ${PARQUET}`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The metrics of a type's table, those that it has not as NULL; nothing where it has none. */
function selectOf(partition: Partition, { type, columns }: Table, metrics: readonly string[]): string[] {
  const held = new Set(columns.filter(({ holds }) => holds === 'value').map(({ metric }) => metric));
  if (!metrics.some((metric) => held.has(metric))) return [];
  const delay = columns.some(({ holds }) => holds === 'delay') ? columnName(DELAY_COLUMN) : 'NULL::BIGINT';
  const chosen = metrics.map((metric) =>
    held.has(metric) ? valueColumn(metric) : `NULL::DOUBLE AS ${valueColumn(metric)}`,
  );
  return [
    `SELECT make_timestamp_ms(ts) AS "time", site, device, ${literal(type)} AS type, ${chosen.join(', ')},
      make_timestamp_ms(ts + ${delay} * ${SECOND}::BIGINT) AS received_at
     FROM "${partition.name}".${typeName(type)}`,
  ];
}
