import pg from 'pg';
import { Kysely } from 'kysely';
import { PolisError } from '#estate/errors.ts';
import type { Records, Unit } from '../../records.ts';
import { loadModules } from '../records-modules.ts';
import { carry, uncarry } from '../thread.ts';
import { postgresDialect } from './dialect.ts';

const CONNECTIONS = 10;
const MOST_WAITING = 20_000;
const MOST_ATTEMPTS = 100;

/**
 * Records in PostgreSQL (12 or later): each unit is a serializable transaction over a pool of connections.
 *
 * @param input `postgres://user:password@host:5432/database`, and the URLs of the rooms' record modules.
 * @throws PolisError `unavailable` when the server does not answer or refuses us.
 */
export async function openPostgresRecords(input: { url: string; modules: readonly string[] }): Promise<Records> {
  await migrate(input);
  const db = new Kysely<unknown>({
    dialect: postgresDialect({ url: input.url, connections: CONNECTIONS, deadlines: true }),
  });
  const inTurn = createCollisionLane();
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  return {
    engine: 'postgres',
    pending: () => underWay.size,
    async run(work, unitInput) {
      if (closed) throw new PolisError('unavailable', 'The PostgreSQL store is closed.');
      if (underWay.size >= MOST_WAITING) {
        throw new PolisError('unavailable', 'Too much waits to be stored; try again in a moment.');
      }
      const ran = inTurn(work.name, () => runUnit(db, work, unitInput));
      underWay.add(ran);
      return ran.finally(() => underWay.delete(ran));
    },
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      await db.destroy();
    },
  };
}

/** Alone on a connection of its own, which waits for the lock of another process as long as that needs. */
async function migrate({ url, modules }: { url: string; modules: readonly string[] }): Promise<void> {
  const loaded = await loadModules(modules);
  const db = new Kysely<unknown>({ dialect: postgresDialect({ url, connections: 1, deadlines: false }) });
  try {
    await loaded.migrate(db);
  } finally {
    await db.destroy();
  }
}

async function runUnit<Tables, Input, Output>(
  db: Kysely<unknown>,
  work: Unit<Tables, Input, Output>,
  input: Input,
): Promise<Output> {
  try {
    return await db
      .transaction()
      .setIsolationLevel('serializable')
      // The engine runs the units of every room, and knows the tables of none.
      .execute((trx) => work.run(trx as unknown as Kysely<Tables>, input));
  } catch (error) {
    throw collided(error) ? error : uncarry(carry(error));
  }
}

/**
 * Of transactions that got in each other's way one wins, and the others are told so (PostgreSQL §13.5) and run again:
 * in one lane, one after another, so that they do not collide among themselves for ever.
 */
function createCollisionLane() {
  let lane: Promise<unknown> = Promise.resolve();
  const repeat = async <Output>(name: string, run: () => Promise<Output>): Promise<Output> => {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      try {
        return await run();
      } catch (error) {
        if (!collided(error)) throw error;
      }
    }
    throw new PolisError('unavailable', `${name} collided with others too often; try again in a moment.`);
  };
  return async <Output>(name: string, run: () => Promise<Output>): Promise<Output> => {
    try {
      return await run();
    } catch (error) {
      if (!collided(error)) throw error;
    }
    const turn = lane.then(() => repeat(name, run));
    lane = turn.catch(() => {});
    return turn;
  };
}

/** Serialization failure or deadlock. */
function collided(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01');
}
