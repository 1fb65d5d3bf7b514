import { BIGINT, DOUBLE, INTEGER, LIST, VARCHAR, listValue, type DuckDBConnection } from '@duckdb/node-api';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import { beginOf, WIDTH } from '../../rollups/tiers.ts';
import type { DeadReading } from '../../series.ts';
import type { Touch, Touched } from '../../rollups/touched.ts';
import { delayOf } from '../delay.ts';
import { onlyMetric, qualityOf, sieve } from '../sieve.ts';
import { appendRows } from './append-rows.ts';
import type { Newest } from './newest.ts';
import { overlaid } from './overlaid.ts';
import type { Partition, Partitions } from './partitions.ts';
import { columnName, DELAY_COLUMN, qualityColumn, typeName, valueColumn, type Column, type Table } from './tables.ts';

export interface WriterDeps {
  connection: DuckDBConnection;
  partitions: Partitions;
  newest: Newest;
  touched: Touched;
  notes: { add(touches: readonly Touch[]): Promise<void> };
}

/**
 * Appends batches, one after another. A batch is a transaction for each day that it touches, as one transaction writes
 * one file. What is newer than all that its device has in the file is new, and is appended; the rest is looked up.
 */
export function createWriter({ connection, partitions, newest, touched, notes }: WriterDeps) {
  /** Touched, and not on disk yet. */
  const unnoted: Touch[] = [];
  return async function append(
    readings: readonly Reading[],
    refusal: (ts: Millis) => string | null,
  ): Promise<DeadReading[]> {
    const { fit, dead } = sieve(readings, refusal);
    try {
      for (const [day, ofDay] of Map.groupBy(fit, ({ ts }) => beginOf(ts, WIDTH.day))) {
        const partition = await partitions.provide('raw', day);
        const byType = new Map<string, readonly Reading[]>();
        for (const [type, ofType] of Map.groupBy(ofDay, (reading) => reading.type)) {
          const rows = await withColumns(partition, ofType, dead);
          if (rows.length > 0) byType.set(type, rows);
        }
        await store(partition, byType);
      }
      return dead;
    } catch (error) {
      throw new PolisError('unavailable', `The DuckDB files cannot be written: ${messageOf(error)}`, { cause: error });
    }
  };

  async function store(partition: Partition, byType: ReadonlyMap<string, readonly Reading[]>): Promise<void> {
    const parted = new Map<string, { later: Reading[]; others: Reading[] }>();
    for (const [type, rows] of byType) {
      const holderOf = await newest.of(partition, type);
      const later: Reading[] = [];
      const others: Reading[] = [];
      for (const row of rows.toSorted((a, b) => a.ts - b.ts)) {
        const holder = holderOf(row);
        const before = holder.newest;
        for (const touch of touched.note(holder.owner, row)) unnoted.push(touch);
        if (before === undefined || row.ts > before) {
          holder.newest = row.ts;
          later.push(row);
        } else others.push(row);
      }
      parted.set(type, { later, others: rowsOf(others) });
    }
    try {
      // Before the readings: a step noted in vain is rolled up in vain, one not noted would stay as it was.
      if (unnoted.length > 0) await notes.add(unnoted);
      unnoted.length = 0;
      await connection.run('BEGIN');
      for (const [type, { later, others }] of parted) {
        const table = partition.tables.get(type);
        if (table && later.length > 0) await appendTo(connection, { partition, table, rows: later });
        if (table && others.length > 0) await mergeInto(connection, { partition, table, rows: others });
      }
      await connection.run('COMMIT');
    } catch (error) {
      newest.forget(partition);
      // There is nothing to roll back where it did not come as far as a transaction, or the file is gone.
      await connection.run('ROLLBACK').catch(() => {});
      throw error;
    }
  }
}

/** Readings of one device and instant become one row, of two values of a metric or receive times the later written. */
function rowsOf(readings: readonly Reading[]): Reading[] {
  const rows = new Map<string, Reading>();
  for (const reading of readings) {
    const key = `${reading.site}\n${reading.device}\n${reading.ts}`;
    const known = rows.get(key);
    rows.set(key, known ? overlaid(known, reading) : reading);
  }
  return [...rows.values()];
}

/** Makes the columns that rows need. Values without one die. */
async function withColumns(
  { tables }: Partition,
  rows: readonly Reading[],
  dead: DeadReading[],
): Promise<readonly Reading[]> {
  const unfit = new Map<string, string>();
  const known = new Set<string>();
  const qualified = new Set<string>();
  let delayed = false;
  for (const row of rows) {
    for (const metric in row.values) {
      if (!known.has(metric)) {
        const reason = await tables.provide(row.type, { metric, holds: 'value' });
        if (reason !== null) unfit.set(metric, reason);
        known.add(metric);
      }
      if (row.quality === undefined || qualityOf(row, metric) === null || qualified.has(metric)) continue;
      if (!unfit.has(metric)) await tables.provide(row.type, { metric, holds: 'quality' });
      qualified.add(metric);
    }
    if (row.receivedAt === undefined || delayed) continue;
    await tables.provide(row.type, DELAY_COLUMN);
    delayed = true;
  }
  if (unfit.size === 0) return rows;
  return rows.flatMap((row) => {
    const [lost, kept] = [Object.keys(row.values).filter((metric) => unfit.has(metric)), { ...row.values }];
    for (const metric of lost) {
      dead.push({ reading: onlyMetric(row, metric), reason: unfit.get(metric) ?? '' });
      delete kept[metric];
    }
    return Object.keys(kept).length === 0 ? [] : [{ ...row, values: kept }];
  });
}

async function appendTo(
  connection: DuckDBConnection,
  { partition, table, rows }: { partition: Partition; table: Table; rows: readonly Reading[] },
): Promise<void> {
  const columns = [
    { type: VARCHAR, of: (row: Reading) => row.site },
    { type: VARCHAR, of: (row: Reading) => row.device },
    { type: BIGINT, of: (row: Reading) => BigInt(row.ts) },
    ...table.columns.map((column) => ({ type: typeOf(column), of: (row: Reading) => valueOf(row, column) })),
  ];
  await appendRows(connection, { database: partition.name, table: table.type, columns, rows });
}

/** Adds what is new and changes what is different; what is there already is left alone. */
async function mergeInto(
  connection: DuckDBConnection,
  { partition, table, rows }: { partition: Partition; table: Table; rows: readonly Reading[] },
): Promise<void> {
  const metrics = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const columns = table.columns.filter(({ metric, holds }) => holds === 'delay' || metrics.includes(metric));
  const qualified = new Set(columns.filter(({ holds }) => holds === 'quality').map(({ metric }) => metric));
  const measured = metrics.map((metric): Together => {
    return qualified.has(metric) ? [valueColumn(metric), qualityColumn(metric)] : [valueColumn(metric)];
  });
  const delay = columns.filter(({ holds }) => holds === 'delay').map((column): Together => [columnName(column)]);
  const sources = [
    { name: 'site', list: LIST(VARCHAR), values: rows.map(({ site }) => site) },
    { name: 'device', list: LIST(VARCHAR), values: rows.map(({ device }) => device) },
    { name: 'ts', list: LIST(BIGINT), values: rows.map(({ ts }) => BigInt(ts)) },
    ...columns.map((column) => ({
      name: columnName(column),
      list: LIST(typeOf(column)),
      values: rows.map((row) => valueOf(row, column)),
    })),
  ];
  await connection.run(
    `MERGE INTO "${partition.name}".${typeName(table.type)} AS kept
     USING (SELECT ${sources.map(({ name }, index) => `unnest($${index + 1}) AS ${name}`).join(', ')}) AS came
     ON kept.ts = came.ts AND kept.device = came.device AND kept.site = came.site
     WHEN MATCHED AND (${measured.map(differ).join(' OR ')}) THEN UPDATE SET ${[...measured, ...delay].map(replace).join(', ')}
     ${delay.map((names) => `WHEN MATCHED AND ${differ(names)} THEN UPDATE SET ${replace(names)}`).join('')}
     WHEN NOT MATCHED THEN INSERT BY NAME`,
    sources.map(({ values }) => listValue(values)),
    sources.map(({ list }) => list),
  );
}

function typeOf({ holds }: Column) {
  return holds === 'value' ? DOUBLE : INTEGER;
}

function valueOf(row: Reading, { metric, holds }: Column): number | null {
  if (holds === 'delay') return delayOf(row);
  if (holds === 'quality') return row.quality === undefined ? null : qualityOf(row, metric);
  const value: unknown = row.values[metric];
  // A metric may be named like a property of every object.
  return typeof value === 'number' ? value : null;
}

/** Columns that a merge replaces together, where there came something for the first of them. */
type Together = readonly [first: string, ...others: string[]];

function differ(names: Together): string {
  const changed = names.map((name) => `kept.${name} IS DISTINCT FROM came.${name}`);
  return `(came.${names[0]} IS NOT NULL AND (${changed.join(' OR ')}))`;
}

function replace(names: Together): string {
  return names.map((name) => `${name} = if(came.${names[0]} IS NULL, kept.${name}, came.${name})`).join(', ');
}
