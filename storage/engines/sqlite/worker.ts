import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { PolisError } from '#estate/errors.ts';
import { loadModules, unitNamed } from '../records-modules.ts';
import { answerQuestions, carry, threadInput, type CarriedError } from '../thread.ts';
import { nodeSqliteDialect } from './dialect.ts';
import { failureOf, isStoreFailure } from './failure.ts';

export interface WorkerInput {
  file: string;
  modules: readonly string[];
}

export interface UnitCall {
  name: string;
  input: unknown;
}

export type UnitEnd = { output: unknown } | { error: CarriedError };

/**
 * The thread that owns one SQLite file. It takes batches of units, runs them one after another, each in a savepoint,
 * and answers after the one commit that makes them all durable.
 */
const { file, modules } = threadInput<WorkerInput>();
const database = new DatabaseSync(file);
const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(database) });
const loaded = await loadModules(modules);
await open();
const savepoint = {
  begin: database.prepare('SAVEPOINT unit'),
  keep: database.prepare('RELEASE unit'),
};

answerQuestions(runBatch, () => db.destroy());

async function open(): Promise<void> {
  try {
    database.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=2000;',
    );
    database.exec('PRAGMA cache_size=-16000; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY;');
    await loaded.migrate(db);
  } catch (error) {
    const cause = error instanceof PolisError ? error.cause : error;
    throw isStoreFailure(cause) ? failureOf(file, cause) : error;
  }
}

async function runBatch(batch: UnitCall[]): Promise<UnitEnd[]> {
  const ends: UnitEnd[] = [];
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const call of batch) ends.push(await runOne(call));
    database.exec('COMMIT');
    return ends;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw failureOf(file, error);
  }
}

async function runOne({ name, input }: UnitCall): Promise<UnitEnd> {
  savepoint.begin.run();
  try {
    const output = await unitNamed(loaded.units, name).run(db as never, input as never);
    savepoint.keep.run();
    return { output };
  } catch (error) {
    if (isStoreFailure(error) || !database.isTransaction) throw error;
    database.exec('ROLLBACK TO unit; RELEASE unit');
    return { error: carry(error) };
  }
}
