import { DuckDBInstance } from '@duckdb/node-api';
import { join } from 'node:path';
import { isoTime } from '#estate/units.ts';

/** Changes one point by each statement, in the raw points of a day that a stopped platform has left. */
export async function changeSeries(data: string, day: number, ...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(join(data, 'series', `raw-${isoTime(day).slice(0, 10)}.duckdb`));
  const connection = await instance.connect();
  for (const statement of statements) {
    const { rowsChanged } = await connection.run(statement);
    if (rowsChanged !== 1) throw new Error(`This changed ${rowsChanged} points: ${statement}`);
  }
  connection.closeSync();
  instance.closeSync();
}
