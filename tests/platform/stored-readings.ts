import { DuckDBInstance } from '@duckdb/node-api';
import { join } from 'node:path';
import type { Reading } from '#estate/sample.ts';
import { isoTime } from '#estate/units.ts';
import type { InfluxServer } from '../servers/influx.ts';

/** Puts others in the place of a reading that a stopped platform has left, behind its back. */
export type Replace = (reading: Reading, by: readonly Reading[]) => Promise<void>;

/** In the files of a data folder. */
export function replaceInDuckdb(data: string): Replace {
  return async ({ type, device, ts }, by) => {
    const instance = await DuckDBInstance.create(join(data, 'series', `raw-${isoTime(ts).slice(0, 10)}.duckdb`));
    const connection = await instance.connect();
    const { rowsChanged } = await connection.run(`DELETE FROM "${type}" WHERE device = '${device}' AND ts = ${ts}`);
    if (rowsChanged !== 1) throw new Error(`${device} has ${rowsChanged} readings at ${isoTime(ts)}.`);
    for (const each of by) {
      const metrics = Object.entries(each.values);
      await connection.run(
        `INSERT INTO "${each.type}" (site, device, ts, ${metrics.map(([metric]) => `"${metric}"`).join()})
         VALUES ('${each.site}', '${each.device}', ${each.ts}, ${metrics.map(([, value]) => value).join()})`,
      );
    }
    connection.closeSync();
    instance.closeSync();
  };
}

/** In a database of a server. */
export function replaceInInflux(influx: InfluxServer, database: string): Replace {
  return async ({ type, device, ts }, by) => {
    await influx.ask(database, `DELETE FROM "${type}" WHERE device = '${device}' AND time = ${ts}ms`);
    const lines = by.map((each) => {
      const fields = Object.entries(each.values).map(([metric, value]) => `${metric}=${value}`);
      return `${each.type},device=${each.device},site=${each.site} ${fields.join()} ${each.ts}`;
    });
    await influx.write(database, lines.join('\n'));
  };
}
