import type { Kysely } from 'kysely';

/**
 * The records: what must never be lost and is asked for by key. Everything that is done to them is a *unit of work*, a
 * named function that runs alone inside one transaction and waits for nothing but its own queries. Units are named so
 * that an engine can run them elsewhere (SQLite: in a worker thread, many to one commit) and hand back the result after
 * the commit. A unit takes time and chance as input, so that the same input always has the same effect.
 *
 * A room declares its tables, their history and its units in one module (`RecordsModule`), written once for all engines:
 * text, bigint, double precision and 0/1 for truth are the column types that SQLite and PostgreSQL share.
 */
export interface Unit<Tables, Input, Output> {
  readonly name: string;
  run(trx: Kysely<Tables>, input: Input): Promise<Output>;
}

/** A unit of which only the name is known. */
export interface AnyUnit {
  readonly name: string;
  run(trx: never, input: never): Promise<unknown>;
}

/** Declares a unit of work. The name is `{room}.{verb}` and never changes its meaning. */
export function unit<Tables, Input, Output>(
  name: string,
  run: (trx: Kysely<Tables>, input: Input) => Promise<Output>,
): Unit<Tables, Input, Output> {
  return { name, run };
}

/** One step of the history of a room's tables; it runs once and is never edited after a release. */
export interface TableMigration {
  /** Four digits and words: `0001-first-tables`. */
  readonly id: string;
  up(db: Kysely<unknown>): Promise<void>;
}

/** What a room brings to the records. Its file exports it as `records`, and imports nothing that has a side effect. */
export interface RecordsModule {
  readonly room: string;
  readonly migrations: readonly TableMigration[];
  readonly units: readonly AnyUnit[];
}

export interface Records {
  /** What keeps them: `sqlite` or `postgres`. */
  readonly engine: string;
  /**
   * Runs a unit; resolves with its output once it is durable.
   *
   * @throws PolisError as thrown by the unit (its changes are undone); `unavailable` when the store does not answer.
   */
  run<Tables, Input, Output>(work: Unit<Tables, Input, Output>, input: Input): Promise<Output>;
  /** How many units wait for their commit. */
  pending(): number;
  /** Waits for the units under way, then closes. */
  close(): Promise<void>;
}
