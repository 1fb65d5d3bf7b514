import type { DuckDBConnection } from '@duckdb/node-api';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Millis } from '#estate/units.ts';
import type { Turn } from '../turn.ts';
import { literal, SEALED, type Partition, type Partitions } from './partitions.ts';
import { typeName } from './tables.ts';

export interface SealDeps {
  /** One that nothing else uses meanwhile. */
  connection: DuckDBConnection;
  partitions: Partitions;
  /** Null: in memory, where nothing is sealed. */
  folder: string | null;
  /** Keeps appends out. */
  inTurn: Turn;
}

const DATABASE = 'sealing';
/** Rows that are sorted at once, so that it happens in memory. */
const SORTED_AT_ONCE = 1_000_000;

/**
 * Looks after files that are over. A day's file is written anew once, sorted by device: then it is smaller by a fourth,
 * and a device's day lies in one place. A file that was written to since, as late data do, has its log written into it.
 */
export function createSealing({ connection, partitions, folder, inTurn }: SealDeps) {
  const settled = new Map<string, number>();

  const seal = async (partition: Partition, into: string): Promise<void> => {
    const { name } = partition;
    // In turn: an append that is under way has counted, and is not in the file yet.
    const writes = await inTurn(() => partition.writes);
    const file = join(into, `${DATABASE}.duckdb`);
    for (const ending of ['', '.wal']) await rm(file + ending, { force: true });
    await connection.run(`ATTACH ${literal(file)} AS ${DATABASE}`);
    try {
      for (const { type } of partition.tables.all()) await copySorted(connection, partition, type);
      await connection.run(`CHECKPOINT ${DATABASE}`);
    } finally {
      await connection.run(`DETACH ${DATABASE}`);
    }
    await inTurn(async () => {
      // Late data came in the meantime: the next upkeep begins anew.
      if (partition.writes !== writes) return;
      await rename(file, join(into, `${name}${SEALED}.duckdb`));
      await partitions.replace(partition, `${name}${SEALED}`);
    });
  };

  /** One day at a time: an upkeep should not take long. */
  return async function settle(before: Millis): Promise<void> {
    const over = (['raw', 'quarter', 'day'] as const)
      .flatMap((kind) => partitions.between(kind, 0, before))
      .filter(({ to }) => to <= before);
    const unsealed = over.find(({ kind, isSealed }) => kind === 'raw' && !isSealed);
    if (unsealed && folder !== null) await seal(unsealed, folder);
    for (const { name, writes } of over) {
      if (writes === (settled.get(name) ?? 0)) continue;
      settled.set(name, writes);
      await inTurn(() => connection.run(`CHECKPOINT "${name}"`));
    }
  };
}

async function copySorted(connection: DuckDBConnection, { name, from, to }: Partition, type: string): Promise<void> {
  const [source, target] = [`"${name}".${typeName(type)}`, `${DATABASE}.${typeName(type)}`];
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${source}`);
  const slices = Math.max(1, Math.ceil(Number(counted.getRows()[0]?.[0]) / SORTED_AT_ONCE));
  const width = Math.ceil((to - from) / slices);
  await connection.run(`CREATE TABLE ${target} AS FROM ${source} LIMIT 0`);
  for (let at = from; at < to; at += width) {
    await connection.run(
      `INSERT INTO ${target} FROM ${source} WHERE ts >= ${at} AND ts < ${at + width} ORDER BY site, device, ts`,
    );
  }
}
