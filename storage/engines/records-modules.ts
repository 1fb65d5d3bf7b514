import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { AnyUnit, RecordsModule } from '../records.ts';

/** The modules of all rooms, loaded where the engine runs. */
export interface LoadedModules {
  readonly units: ReadonlyMap<string, AnyUnit>;
  migrate(db: Kysely<unknown>): Promise<void>;
}

/** Imports each file's `records` export. Two units of one name, or a file without the export, are a defect. */
export async function loadModules(files: readonly string[]): Promise<LoadedModules> {
  const units = new Map<string, AnyUnit>();
  const steps: Record<string, Migration> = {};
  for (const file of files) {
    const { records } = (await import(file)) as { records?: RecordsModule };
    if (!records) throw new PolisError('internal', `${file} has no export named "records".`);
    for (const work of records.units) {
      if (units.has(work.name)) throw new PolisError('internal', `Two units of work are named ${work.name}.`);
      units.set(work.name, work);
    }
    for (const step of records.migrations) steps[`${records.room}-${step.id}`] = { up: (db) => step.up(db) };
  }
  return {
    units,
    async migrate(db) {
      const migrator = new Migrator({
        db,
        provider: { getMigrations: () => Promise.resolve(steps) },
        allowUnorderedMigrations: true,
      });
      const { error } = await migrator.migrateToLatest();
      if (error instanceof PolisError) throw error;
      if (error) {
        const message = `The tables of the records could not be brought up to date: ${messageOf(error)}`;
        throw new PolisError('unavailable', message, { cause: error });
      }
    },
  };
}

/** The unit of that name. */
export function unitNamed(units: ReadonlyMap<string, AnyUnit>, name: string): AnyUnit {
  const found = units.get(name);
  if (!found) throw new PolisError('internal', `No unit of work is named ${name}: is its room's module in the list?`);
  return found;
}
