import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

export type Row = Record<string, SQLInputValue>;

/** The records of a platform at work, changed behind its back. */
export interface RecordsFile extends Disposable {
  rows(table: string): Row[];
  /** Runs a statement that must change something. */
  change(sql: string, values?: Row): void;
  put(table: string, row: Row): void;
  /** Makes the tables what they were when the file was opened. */
  restore(): void;
}

/** @param tables that may be changed. */
export function openRecordsFile(data: string, tables: readonly string[]): RecordsFile {
  const database = new DatabaseSync(join(data, 'records.db'), { enableForeignKeyConstraints: false });
  const rows = (table: string) => database.prepare(`SELECT * FROM ${table}`).all() as Row[];
  const put = (table: string, row: Row) => {
    const names = Object.keys(row);
    const [columns, values] = [names.map((name) => `"${name}"`), names.map((name) => `$${name}`)];
    database.prepare(`INSERT INTO ${table} (${columns.join()}) VALUES (${values.join()})`).run(row);
  };
  const asTheyWere = new Map(tables.map((table) => [table, rows(table)]));
  return {
    rows,
    put,
    change(sql, values = {}) {
      if (Number(database.prepare(sql).run(values).changes) === 0) throw new Error(`This changed nothing: ${sql}`);
    },
    restore() {
      database.exec('BEGIN');
      for (const [table, before] of asTheyWere) {
        database.exec(`DELETE FROM ${table}`);
        for (const row of before) put(table, row);
      }
      database.exec('COMMIT');
    },
    [Symbol.dispose]: () => database.close(),
  };
}
