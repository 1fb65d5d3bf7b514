import { DuckDBDataChunk, type DuckDBConnection, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';

/** What DuckDB takes at once. */
const CHUNK = 2_048;

/** All columns of a table, in its order. */
export interface Append<Row> {
  database: string;
  table: string;
  columns: readonly { type: DuckDBType; of: (row: Row) => DuckDBValue }[];
  rows: readonly Row[];
}

/** Adds rows to a table by columns: many times as fast as by a statement. */
export async function appendRows<Row>(
  connection: DuckDBConnection,
  { database, table, columns, rows }: Append<Row>,
): Promise<void> {
  const types = columns.map(({ type }) => type);
  const appender = await connection.createAppender(table, 'main', database);
  for (let start = 0; start < rows.length; start += CHUNK) {
    const some = rows.slice(start, start + CHUNK);
    const chunk = DuckDBDataChunk.create(types, some.length);
    columns.forEach(({ of }, index) => chunk.setColumnValues(index, some.map(of)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
