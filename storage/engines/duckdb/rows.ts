import type { DuckDBConnection } from '@duckdb/node-api';
import { listValue } from '@duckdb/node-api';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { Reading } from '#estate/sample.ts';
import type { RowsQuery } from '../../series.ts';
import { isMetric } from '../sieve.ts';
import { literal, type Partition, type Partitions } from './partitions.ts';
import type { Ask, Found } from './read.ts';
import { columnName, typeName, valueColumn, type Table } from './tables.ts';

export type RowsAsked = Omit<RowsQuery, 'metrics'> & { metrics?: readonly string[]; limit?: number };

/** Readings as they are kept. */
export function createRows(ask: Ask, partitions: Partitions) {
  return async function rows(asked: RowsAsked): Promise<Reading[]> {
    const { where, bound } = conditionOf(asked);
    const readings: Reading[] = [];
    for (const partition of partitions.between('raw', asked.from, asked.to)) {
      for (const table of tablesOf(partition, asked)) {
        const columns = table.columns.filter(({ metric }) => asked.metrics?.includes(metric) ?? true);
        const any = columns.filter(({ holds }) => holds === 'value').map(({ metric }) => valueColumn(metric));
        if (any.length === 0) continue;
        const left = asked.limit === undefined ? '' : ` LIMIT ${Math.max(0, asked.limit - readings.length)}`;
        const found = await ask(
          `SELECT site, device, ts::DOUBLE, ${columns.map(columnName).join(', ')}
           FROM "${partition.name}".${typeName(table.type)} WHERE ${where} AND coalesce(${any.join(', ')}) IS NOT NULL
           ORDER BY ts${left}`,
          bound,
        );
        for (let row = 0; row < found.count; row++) readings.push(readingOf({ ...table, columns }, found, row));
      }
    }
    return readings;
  };
}

/** Writes the rows of a query to a Parquet file, day by day, each in order of time. */
export async function writeParquet(
  connection: DuckDBConnection,
  partitions: Partitions,
  { query, file }: { query: RowsQuery; file: string },
): Promise<void> {
  const { where, bound } = conditionOf(query);
  const metrics = query.metrics.filter(isMetric);
  const values = metrics.map((metric) => `NULL::DOUBLE AS ${valueColumn(metric)}`);
  const columns = metrics.map(valueColumn);
  const none = `SELECT make_timestamp_ms(0::BIGINT) AS "time", '' AS site, '' AS device, '' AS type, ${values.join(', ')} WHERE false`;
  const selects = partitions.between('raw', query.from, query.to).flatMap((partition) =>
    tablesOf(partition, query).flatMap((table) => {
      const held = new Set(table.columns.filter(({ holds }) => holds === 'value').map(({ metric }) => metric));
      if (!metrics.some((metric) => held.has(metric))) return [];
      const chosen = metrics.map((metric) =>
        held.has(metric) ? valueColumn(metric) : `NULL::DOUBLE AS ${valueColumn(metric)}`,
      );
      return `SELECT make_timestamp_ms(ts) AS "time", site, device, ${literal(table.type)} AS type, ${chosen.join(', ')}
        FROM "${partition.name}".${typeName(table.type)} WHERE ${where}`;
    }),
  );
  try {
    await connection.run(
      `COPY (SELECT * FROM (${[none, ...selects].join(' UNION ALL BY NAME ')})
        WHERE coalesce(${columns.join(', ')}) IS NOT NULL ORDER BY "time", site, device)
       TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`,
      selects.length === 0 ? undefined : bound,
    );
  } catch (error) {
    throw new PolisError('unavailable', `The Parquet file cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

function tablesOf({ tables }: Partition, { type }: { type?: string | undefined }): Table[] {
  return tables.all().filter((table) => type === undefined || table.type === type);
}

function conditionOf({ site, devices, from, to }: Pick<RowsQuery, 'site' | 'devices' | 'from' | 'to'>) {
  const where = [
    'ts >= $from AND ts < $to',
    ...(devices === undefined ? [] : ['device IN (SELECT unnest($devices))']),
    ...(site === undefined ? [] : ['site = $site']),
  ];
  return {
    where: where.join(' AND '),
    bound: {
      from: BigInt(Math.ceil(from)),
      to: BigInt(Math.ceil(to)),
      ...(devices === undefined ? {} : { devices: listValue([...devices]) }),
      ...(site === undefined ? {} : { site }),
    },
  };
}

function readingOf(
  { type, columns }: Table,
  { columns: [site = [], device = [], ts = [], ...found] }: Found,
  row: number,
): Reading {
  const values: Record<string, number> = {};
  const quality: Record<string, number> = {};
  let isQualified = false;
  for (let index = 0; index < columns.length; index++) {
    const [column, value] = [columns[index], found[index]?.[row]];
    if (!column || typeof value !== 'number') continue;
    if (column.holds === 'value') values[column.metric] = value;
    else {
      quality[column.metric] = value;
      isQualified = true;
    }
  }
  const reading = { site: String(site[row]), device: String(device[row]), type, ts: Number(ts[row]), values };
  return isQualified ? { ...reading, quality } : reading;
}
