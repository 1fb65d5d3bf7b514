import type { DuckDBConnection } from '@duckdb/node-api';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { Owner, Touched } from '../../rollups/touched.ts';
import type { Partition } from './partitions.ts';
import { typeName } from './tables.ts';

/** A device in a file, and the newest instant that the file has of it: what is later cannot be there yet. */
export interface Holder {
  readonly owner: Owner;
  newest: Millis | undefined;
}

export interface Newest {
  /** The devices of a type in a file. */
  of(partition: Partition, type: string): Promise<(reading: Reading) => Holder>;
  /** What was noted may not be in the file: look again. */
  forget(partition: Partition): void;
}

/** Files of which it is kept; a backlog of more days at a time is rare. */
const MOST_FILES = 8;

export function createNewest(connection: DuckDBConnection, touched: Pick<Touched, 'ownerOf'>): Newest {
  const files = new Map<string, Map<string, (reading: Reading) => Holder>>();

  const load = async ({ name, tables }: Partition, type: string) => {
    const holders = new Map<string, Holder>();
    const holderOf = ({ site, device }: { site: string; device: string }): Holder => {
      const key = `${site}\n${device}`;
      const known = holders.get(key);
      if (known) return known;
      const holder = { owner: touched.ownerOf({ type, site, device }), newest: undefined };
      holders.set(key, holder);
      return holder;
    };
    if (tables.get(type)) {
      const found = await connection.runAndReadAll(
        `SELECT site, device, max(ts)::DOUBLE FROM "${name}".${typeName(type)} GROUP BY ALL`,
      );
      const rows: readonly (readonly unknown[])[] = found.getRows();
      for (const [site, device, ts] of rows) {
        holderOf({ site: String(site), device: String(device) }).newest = Number(ts);
      }
    }
    return holderOf;
  };
  return {
    async of(partition, type) {
      const file = files.get(partition.name) ?? new Map<string, (reading: Reading) => Holder>();
      // The file used last stays longest.
      files.delete(partition.name);
      files.set(partition.name, file);
      for (const name of files.keys()) if (files.size > MOST_FILES) files.delete(name);
      const known = file.get(type) ?? (await load(partition, type));
      file.set(type, known);
      return known;
    },
    forget: ({ name }) => void files.delete(name),
  };
}
