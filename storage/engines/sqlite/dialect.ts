import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteAdapter, SqliteDialect, type Dialect, type QueryResult, type SqliteDatabase } from 'kysely';
import type { PromptAdapter } from '../../prepared.ts';

const MOST_STATEMENTS = 1_000;

/** kysely's SQLite dialect over `node:sqlite`, each statement prepared once. */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  const known = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const found = known.get(sql);
    if (found) return found;
    const statement = adapt(database.prepare(sql));
    if (known.size < MOST_STATEMENTS) known.set(sql, statement);
    return statement;
  };
  const adapted: SqliteDatabase = { prepare, close: () => database.close() };
  const dialect = new SqliteDialect({ database: adapted });
  return {
    createDriver: () => dialect.createDriver(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createAdapter: () => new OneThreadAdapter(prepare),
  };
}

/** A statement, as kysely takes it. */
type Statement = ReturnType<typeof adapt>;

class OneThreadAdapter extends SqliteAdapter implements PromptAdapter {
  readonly #prepare: (sql: string) => Statement;

  constructor(prepare: (sql: string) => Statement) {
    super();
    this.#prepare = prepare;
  }

  /** kysely does not use it, but in SQLite a change of the tables can be undone: so a migration is whole or absent. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** Whoever has the one connection runs whole statements on it, so nobody need queue for it. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  answer(sql: string, parameters: readonly unknown[]): QueryResult<unknown> {
    const statement = this.#prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) };
    const { changes, lastInsertRowid } = statement.run(parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }
}

function adapt(statement: StatementSync) {
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]): unknown[] => statement.all(...bindable(parameters)),
    run: (parameters: readonly unknown[]) => statement.run(...bindable(parameters)),
    iterate: (parameters: readonly unknown[]) => statement.iterate(...bindable(parameters)),
  };
}

/** What SQLite can bind. Anything else is a defect of the unit, and said so. */
function bindable(parameters: readonly unknown[]): readonly SQLInputValue[] {
  if (parameters.every(isBindable)) return parameters;
  const odd = parameters.find((value) => !isBindable(value));
  throw new TypeError(`A ${typeof odd} cannot be kept in the records.`);
}

function isBindable(value: unknown): value is SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return true;
  return value instanceof Uint8Array;
}
