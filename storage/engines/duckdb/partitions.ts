import type { DuckDBConnection } from '@duckdb/node-api';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isoTime, type Millis } from '#estate/units.ts';
import type { Tier } from '../../rollups/tiers.ts';
import { createTables, type Tables } from './tables.ts';

/** A file of a period: raw points of a day, quarters of an hour of a month, days of a year. */
export interface Partition {
  readonly kind: Tier | 'raw';
  /** `raw-2026-01-15`, or `raw-2026-01-15.sealed` once it is sorted: the file's name, and the database's. */
  readonly name: string;
  readonly isSealed: boolean;
  readonly from: Millis;
  readonly to: Millis;
  readonly tables: Tables;
  /** How often it was written to since it was opened. */
  writes: number;
}

export interface Partitions {
  /** The files that may hold something of a span, oldest first. */
  between(kind: Partition['kind'], from: Millis, to: Millis): Partition[];
  /** The file to write to at an instant; made when there is none. */
  provide(kind: Partition['kind'], at: Millis): Promise<Partition>;
  /** Puts another file in the place of one. */
  replace(partition: Partition, name: string): Promise<void>;
  /** Takes out the files that end before an instant. */
  drop(kind: Partition['kind'], before: Millis): void;
  /** Deletes the files that were taken out. Later than that: a question under way may still look into one. */
  purge(): Promise<void>;
}

/** How much of an instant in RFC 3339 names the period. */
const NAMED_BY = { raw: 'YYYY-MM-DD'.length, quarter: 'YYYY-MM'.length, day: 'YYYY'.length } as const;
const FILE = /^((?:raw|quarter|day)-\d{4}(?:-\d\d){0,2})(\.sealed)?\.duckdb$/;

/** @param folder null: in memory. */
export async function openPartitions(connection: DuckDBConnection, folder: string | null): Promise<Partitions> {
  /** By kind and period. */
  const partitions = new Map<string, Partition>();
  const underWay = new Map<string, Promise<Partition>>();
  let out: Partition[] = [];

  const attach = async (name: string): Promise<Partition> => {
    const [key, isSealed] = [keyOf(name), name.endsWith(SEALED)];
    const [kind, period] = [kindOf(key), key.slice(key.indexOf('-') + 1)];
    const file = folder === null ? ':memory:' : join(folder, `${name}.duckdb`);
    await connection.run(`ATTACH ${literal(file)} AS "${name}"`);
    const tables = await createTables(connection, { name, kind });
    const partition = { kind, name, isSealed, ...boundsOf(period), tables, writes: 0 };
    partitions.set(key, partition);
    underWay.delete(key);
    return partition;
  };
  for (const { name, isOutdated } of await filesIn(folder)) {
    if (isOutdated) await deleteFile(folder, name);
    else await attach(name);
  }

  return {
    between: (kind, from, to) =>
      [...partitions.values()]
        .filter((partition) => partition.kind === kind && partition.from < to && partition.to > from)
        .toSorted((a, b) => a.from - b.from),
    async provide(kind, at) {
      const key = `${kind}-${isoTime(at).slice(0, NAMED_BY[kind])}`;
      const known = partitions.get(key);
      const attaching = known ?? underWay.get(key) ?? attach(key);
      if (attaching instanceof Promise) underWay.set(key, attaching);
      const partition = await attaching;
      partition.writes += 1;
      return partition;
    },
    async replace(partition, name) {
      await attach(name);
      out.push(partition);
    },
    drop(kind, before) {
      for (const [key, partition] of partitions) {
        if (partition.kind !== kind || partition.to > before) continue;
        partitions.delete(key);
        out.push(partition);
      }
    },
    async purge() {
      const leaving = out;
      out = [];
      for (const { name } of leaving) {
        await connection.run(`DETACH "${name}"`);
        await deleteFile(folder, name);
      }
    },
  };
}

export const SEALED = '.sealed';

async function deleteFile(folder: string | null, name: string): Promise<void> {
  if (folder === null) return;
  for (const ending of ['.duckdb', '.duckdb.wal']) await rm(join(folder, name + ending), { force: true });
}

/** The files of a folder. One of which there is a sealed one was to be deleted when the process ended. */
async function filesIn(folder: string | null): Promise<{ name: string; isOutdated: boolean }[]> {
  if (folder === null) return [];
  await mkdir(folder, { recursive: true });
  const files = (await readdir(folder)).filter((file) => FILE.test(file)).toSorted();
  const names = files.map((file) => file.slice(0, -'.duckdb'.length));
  return names.map((name) => ({ name, isOutdated: names.includes(name + SEALED) }));
}

function keyOf(name: string): string {
  return name.endsWith(SEALED) ? name.slice(0, -SEALED.length) : name;
}

function kindOf(key: string): Partition['kind'] {
  return key.startsWith('raw-') ? 'raw' : key.startsWith('quarter-') ? 'quarter' : 'day';
}

/** A day, a month or a year in UTC. */
function boundsOf(period: string): { from: Millis; to: Millis } {
  const [year = 0, month, day] = period.split('-').map(Number);
  const from = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  if (day !== undefined) return { from, to: Date.UTC(year, (month ?? 1) - 1, day + 1) };
  return { from, to: month === undefined ? Date.UTC(year + 1, 0) : Date.UTC(year, month) };
}

/** A text as SQL writes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
