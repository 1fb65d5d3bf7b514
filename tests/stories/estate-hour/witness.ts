import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { InfluxServer } from '../../servers/influx.ts';

/** Readings that a series store holds, by device, counted without polisgrid. */
export type Held = Record<string, number>;

/** Rows in the files of raw points. They must not be open elsewhere. */
export async function heldByDuckdb(folder: string): Promise<Held> {
  const files = (await readdir(folder)).filter((file) => /^raw-.*\.duckdb$/.test(file));
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '512MB' });
  const connection = await instance.connect();
  const held: Held = {};
  for (const [index, file] of files.entries()) {
    await connection.run(`ATTACH '${join(folder, file)}' AS raw${index} (READ_ONLY)`);
    const tables = await rowsOf(
      connection,
      `SELECT table_name FROM duckdb_tables() WHERE database_name = 'raw${index}'`,
    );
    for (const table of tables.map(([name]) => String(name))) {
      const counts = await rowsOf(connection, `SELECT device, count(*) FROM raw${index}."${table}" GROUP BY device`);
      for (const [device, count] of counts) held[String(device)] = (held[String(device)] ?? 0) + Number(count);
    }
  }
  connection.closeSync();
  instance.closeSync();
  return held;
}

async function rowsOf(connection: Awaited<ReturnType<DuckDBInstance['connect']>>, query: string) {
  return (await connection.runAndReadAll(query)).getRows();
}

interface Answer {
  results: { series?: { tags: { device: string }; columns: string[]; values: (number | null)[][] }[] }[];
}

/** Points of the default retention policy: as many as the field that most of them have. */
export async function heldByInflux(influx: InfluxServer, database: string): Promise<Held> {
  const { results } = (await influx.ask(database, 'SELECT count(*) FROM autogen./.*/ GROUP BY device')) as Answer;
  const held: Held = {};
  for (const { tags, columns, values } of results[0]?.series ?? []) {
    const counts = (values[0] ?? []).map((count, at) => (columns[at] === 'time' ? 0 : (count ?? 0)));
    held[tags.device] = (held[tags.device] ?? 0) + Math.max(...counts);
  }
  return held;
}
