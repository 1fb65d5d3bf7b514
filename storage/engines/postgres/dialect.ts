import pg from 'pg';
import {
  PostgresDialect,
  type PostgresCursor,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import { PolisError, messageOf } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';

/** To wait for a free connection, or to make one. */
const CONNECT_MS = 10 * SECOND;
const STATEMENT_MS = 10 * SECOND;
/** What PostgreSQL ends by itself answers a little earlier than what we give up on. */
const READ_MS = 12 * SECOND;

export interface PostgresOptions {
  url: string;
  connections: number;
  /** Whether a statement may take only so long; a migration may take its time. */
  deadlines: boolean;
}

/** kysely's PostgreSQL dialect over a pool of `pg`. What fails on the way to the server is a PolisError `unavailable`. */
export function postgresDialect({ url, connections, deadlines }: PostgresOptions): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'polisgrid',
    types: { getTypeParser },
    ...(deadlines
      ? {
          statement_timeout: STATEMENT_MS,
          idle_in_transaction_session_timeout: STATEMENT_MS,
          query_timeout: READ_MS,
        }
      : {}),
  });
  // A connection that breaks leaves the pool, and the unit that uses it, if any, is told by its query. Unheard, either
  // event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const guarded: PostgresPool = {
    options: {},
    end: () => pool.end(),
    connect: async () => guard(await pool.connect().catch(unavailable)),
  };
  return new PostgresDialect({ pool: guarded });
}

/** So many statements are named, which each connection has prepared once and from then on only runs. */
const MOST_NAMED = 500;
const names = new Map<string, string>();

function nameOf(statement: string): string | undefined {
  const known = names.get(statement);
  if (known !== undefined || names.size >= MOST_NAMED || !PREPARED.test(statement)) return known;
  const name = `polisgrid-${names.size}`;
  names.set(statement, name);
  return name;
}

const PREPARED = /^(?:select|insert|update|delete)\b/;

function guard(client: pg.PoolClient): PostgresPoolClient {
  function query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  function query(text: unknown, parameters: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') throw new PolisError('internal', 'kysely has no cursor to ask with.');
    return client.query({ text, values: parameters.map(storable), name: nameOf(text) }).catch((error: unknown) => {
      if (error instanceof pg.DatabaseError && !NOT_THE_STATEMENT.test(error.code ?? '')) throw error;
      return unavailable(error);
    });
  }
  return { query, release: (destroy) => client.release(destroy) };
}

/** Classes of SQLSTATE: connection, resources, operator intervention, system (PostgreSQL, Appendix A). */
const NOT_THE_STATEMENT = /^(08|53|57|58)/;

function unavailable(error: unknown): never {
  throw new PolisError('unavailable', `PostgreSQL does not answer: ${messageOf(error)}`, { cause: error });
}

const INT8 = 20;
const NUMERIC = 1700;

/** Whole numbers and sums come as numbers, as they do from SQLite; ours stay below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format);
}

/** PostgreSQL's text cannot hold U+0000, which a device may send. */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\u0000', '\uFFFD') : value;
}
