import type { Reading } from '#estate/sample.ts';
import type { RowsAsked } from '../../rollups/shelf.ts';
import { receivedAfter } from '../delay.ts';
import type { Partition, Partitions } from './partitions.ts';
import { conditionOf, type Ask, type Found } from './read.ts';
import { columnName, typeName, valueColumn, type Column, type Table } from './tables.ts';

/** Readings as they are kept. */
export function createRows(ask: Ask, partitions: Partitions) {
  return async function rows(asked: RowsAsked): Promise<Reading[]> {
    const { where, bound } = conditionOf(asked);
    const readings: Reading[] = [];
    for (const partition of partitions.between('raw', asked.from, asked.to)) {
      for (const table of tablesOf(partition, asked)) {
        const columns = table.columns.filter((column) => isAsked(column, asked));
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

function isAsked({ metric, holds }: Column, { metrics, received = false }: RowsAsked): boolean {
  return holds === 'delay' ? received : (metrics?.includes(metric) ?? true);
}

/** The tables of a file that hold what is asked for. */
export function tablesOf({ tables }: Partition, { type }: { type?: string | undefined }): Table[] {
  return tables.all().filter((table) => type === undefined || table.type === type);
}

export function readingOf(
  { type, columns }: Table,
  { columns: [site = [], device = [], ts = [], ...found] }: Found,
  row: number,
): Reading {
  const reading: Reading = {
    site: String(site[row]),
    device: String(device[row]),
    type,
    ts: Number(ts[row]),
    values: {},
  };
  for (let index = 0; index < columns.length; index++) {
    const [column, value] = [columns[index], found[index]?.[row]];
    if (!column || typeof value !== 'number') continue;
    if (column.holds === 'value') reading.values[column.metric] = value;
    else if (column.holds === 'quality') (reading.quality ??= {})[column.metric] = value;
    else reading.receivedAt = receivedAfter(reading.ts, value);
  }
  return reading;
}
