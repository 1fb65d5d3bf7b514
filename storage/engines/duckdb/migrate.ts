import type { DuckDBConnection } from '@duckdb/node-api';
import { rm, stat } from 'node:fs/promises';
import { DAY } from '#estate/units.ts';
import { WIDTH } from '../../rollups/tiers.ts';
import type { Touch, Touched } from '../../rollups/touched.ts';
import type { Notes } from './notes.ts';
import { literal, type Partitions } from './partitions.ts';
import { createTables, columnName, typeName, type Column, type Table } from './tables.ts';

const FORMER = 'former';

export interface MigrationDeps {
  connection: DuckDBConnection;
  partitions: Partitions;
  touched: Touched;
  notes: Notes;
}

/**
 * Moves what is in the one file of earlier versions to files by day, and deletes it then. A crash between leaves rows in
 * both; the next start moves those that are not there yet.
 */
export async function migrate(deps: MigrationDeps, file: string): Promise<void> {
  const { connection } = deps;
  if (!(await stat(file).catch(() => null))?.isFile()) return;
  await connection.run(`ATTACH ${literal(file)} AS ${FORMER}`);
  const tables = await createTables(connection, { name: FORMER, kind: 'raw' });
  for (const table of tables.all()) {
    const days = await connection.runAndReadAll(
      `SELECT DISTINCT (ts // ${DAY} * ${DAY})::DOUBLE FROM ${FORMER}.${typeName(table.type)} ORDER BY 1`,
    );
    for (const [day] of days.getRowsJS()) await moveDay(deps, table, Number(day));
  }
  await connection.run(`DETACH ${FORMER}`);
  for (const ending of ['', '.wal']) await rm(file + ending, { force: true });
}

async function moveDay({ connection, partitions, touched, notes }: MigrationDeps, table: Table, day: number) {
  const { name, tables } = await partitions.provide('raw', day);
  const [from, to] = [`${FORMER}.${typeName(table.type)}`, `"${name}".${typeName(table.type)}`];
  const ofDay = `came.ts >= ${day} AND came.ts < ${day + DAY}`;
  const held: Column[] = [];
  for (const column of table.columns) {
    const found = await connection.runAndReadAll(
      `SELECT 1 FROM ${from} AS came WHERE ${ofDay} AND ${columnName(column)} IS NOT NULL LIMIT 1`,
    );
    if (found.currentRowCount === 0) continue;
    await tables.provide(table.type, column);
    held.push(column);
  }
  if (held.length === 0) return;
  const steps = await connection.runAndReadAll(
    `SELECT DISTINCT site, device, (ts // ${WIDTH.quarter} * ${WIDTH.quarter})::DOUBLE FROM ${from} AS came WHERE ${ofDay}`,
  );
  const rows: readonly (readonly unknown[])[] = steps.getRows();
  const touches = rows.flatMap(([site, device, at]): Touch[] => {
    const owner = { type: table.type, site: String(site), device: String(device) };
    return [
      { tier: 'quarter', ...owner, at: Number(at) },
      { tier: 'day', ...owner, at: day },
    ];
  });
  touched.add(touches);
  await notes.add(touches);
  const names = ['site', 'device', 'ts', ...held.map(columnName)].join(', ');
  await connection.run(
    `INSERT INTO ${to} (${names}) SELECT ${names} FROM ${from} AS came WHERE ${ofDay} AND NOT EXISTS (
       FROM ${to} AS kept WHERE kept.ts = came.ts AND kept.device = came.device AND kept.site = came.site)
     ORDER BY ts`,
  );
}
