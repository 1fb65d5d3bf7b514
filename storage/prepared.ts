import type { Compilable, CompiledQuery, DialectAdapter, Kysely, QueryResult } from 'kysely';

/** Runs a prepared query with these values. */
export type Prepared<Tables, Values, Row> = (db: Kysely<Tables>, values: Values) => Promise<QueryResult<Row>>;

/** The adapter of a store that answers within the call, on its one connection, so that there is nothing to wait for. */
export interface PromptAdapter extends DialectAdapter {
  answer(sql: string, parameters: readonly unknown[]): QueryResult<unknown>;
}

/**
 * A query that is built and compiled once for each dialect and shape of values, and from then on only run: building takes
 * several times as long as running does. For units that every message of the field comes to; elsewhere the builder is as
 * good.
 *
 * @param build builds the query with stand-ins in the place of values. It must not look at them: they are none. A value may
 *   be a row, with stand-ins for its columns; a list is no value.
 */
export function prepared<Tables, Values extends object, Row>(
  build: (db: Kysely<Tables>, given: Values) => Compilable<Row>,
): Prepared<Tables, Values, Row> {
  const known = new WeakMap<DialectAdapter, Map<string, CompiledQuery<Row>>>();
  const compiled = (db: Kysely<Tables>, adapter: DialectAdapter, values: Values) => {
    const shape = shapeOf(values);
    const queries = known.get(adapter) ?? new Map<string, CompiledQuery<Row>>();
    const query = queries.get(shape) ?? build(db, standIns(values)).compile();
    known.set(adapter, queries.set(shape, query));
    return query;
  };
  return async (db, values) => {
    const executor = db.getExecutor();
    const { adapter } = executor;
    const query = compiled(db, adapter, values);
    const parameters = query.parameters.map((value) => (value instanceof StandIn ? value.of(values) : value));
    if (isPrompt(adapter)) return adapter.answer(query.sql, parameters) as QueryResult<Row>;
    return executor.executeQuery({ ...query, parameters });
  };
}

function isPrompt(adapter: DialectAdapter): adapter is PromptAdapter {
  return 'answer' in adapter;
}

function isRow(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}

/** The names of the values, and of the columns of those that are rows. */
function shapeOf(values: object): string {
  let shape = '';
  for (const [name, value] of Object.entries(values)) {
    shape += isRow(value) ? `${name}(${shapeOf(value)})` : `${name},`;
  }
  return shape;
}

/** Stands in a query for a value, which may be a column of a row. */
class StandIn {
  readonly #name: string;
  readonly #row: string | null;

  constructor(name: string, row: string | null) {
    this.#name = name;
    this.#row = row;
  }

  of(values: object): unknown {
    return Reflect.get(this.#row === null ? values : Reflect.get(values, this.#row), this.#name);
  }
}

function standIns<Values extends object>(values: Values, row: string | null = null): Values {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    isRow(value) ? standIns(value, name) : new StandIn(name, row),
  ]);
  return Object.fromEntries(entries) as Values;
}
