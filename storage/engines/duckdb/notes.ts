import { BIGINT, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { join } from 'node:path';
import type { Tier } from '../../rollups/tiers.ts';
import type { Touch } from '../../rollups/touched.ts';
import { appendRows } from './append-rows.ts';
import { literal } from './partitions.ts';

/** The steps that are to be rolled up, in a file of their own: they survive a crash between a reading and its roll-up. */
export interface Notes {
  load(): Promise<Touch[]>;
  add(touches: readonly Touch[]): Promise<void>;
  replace(touches: readonly Touch[]): Promise<void>;
}

const DATABASE = 'notes';

/** @param folder null: in memory. */
export async function openNotes(connection: DuckDBConnection, folder: string | null): Promise<Notes> {
  const file = folder === null ? ':memory:' : join(folder, `${DATABASE}.duckdb`);
  await connection.run(
    `ATTACH ${literal(file)} AS ${DATABASE};
     CREATE TABLE IF NOT EXISTS ${DATABASE}.touched (tier VARCHAR, type VARCHAR, site VARCHAR, device VARCHAR, "at" BIGINT)`,
  );
  const add = (rows: readonly Touch[]) =>
    appendRows(connection, {
      database: DATABASE,
      table: 'touched',
      columns: [
        { type: VARCHAR, of: ({ tier }) => tier },
        { type: VARCHAR, of: ({ type }) => type },
        { type: VARCHAR, of: ({ site }) => site },
        { type: VARCHAR, of: ({ device }) => device },
        { type: BIGINT, of: ({ at }) => BigInt(at) },
      ],
      rows,
    });

  return {
    add,
    async load() {
      const found = await connection.runAndReadAll(
        `SELECT tier, type, site, device, "at"::DOUBLE FROM ${DATABASE}.touched`,
      );
      const rows: readonly (readonly unknown[])[] = found.getRows();
      return rows.map(([tier, type, site, device, at]) => {
        const name: Tier = tier === 'day' ? 'day' : 'quarter';
        return { tier: name, type: String(type), site: String(site), device: String(device), at: Number(at) };
      });
    },
    async replace(touches) {
      await connection.run('BEGIN');
      try {
        await connection.run(`DELETE FROM ${DATABASE}.touched`);
        await add(touches);
        await connection.run('COMMIT');
      } catch (error) {
        await connection.run('ROLLBACK').catch(() => {});
        throw error;
      }
    },
  };
}
