import pg from 'pg';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import { SECOND } from '#estate/units.ts';
import { openLane, type Lane } from '../../../simulators/faults/proxy/lane.ts';
import { eventually } from '../../platform/http.ts';
import { startPostgres } from '../../servers/postgres.ts';
import type { FaultOn } from '../fault-table.ts';
import { createBed, TRUE, type Bed } from './bed.ts';

/** The same over PostgreSQL, which is reached by a lane. */
export interface PostgresBed extends Bed {
  lane: Lane;
  /** Who sees what PostgreSQL does, by a way of its own. */
  witness: pg.Client;
}

export async function createPostgresBed(): Promise<PostgresBed> {
  await using made = new AsyncDisposableStack();
  const server = made.use(await startPostgres());
  const ground = { clock: systemClock, random: seededRandom('lane to PostgreSQL') };
  const lane = made.use(await openLane(ground, { host: '127.0.0.1', port: server.port }));
  const witness = new pg.Client({ connectionString: server.url });
  await witness.connect();
  made.defer(() => witness.end());
  const bed = made.use(await createBed(['--records', server.url.replace(`:${server.port}`, `:${lane.port}`)]));
  const held = made.move();
  return { ...bed, lane, witness, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** How many of the platform's connections are in some state. */
async function connections({ witness }: PostgresBed, state: string): Promise<number> {
  // Inside of a transaction it would see what it saw first.
  await witness.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await witness.query<{ count: string }>(
    `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'polisgrid' AND ${state}`,
  );
  return Number(rows[0]?.count);
}
const WAITS_FOR_LOCK = `wait_event_type = 'Lock'`;
const WORKS = `state = 'active'`;

/** Each change of a session waits inside its COMMIT while the witness holds this lock. */
const GATE = 4711;
const MAKE_GATE = `
  CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${GATE}); RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER gate AFTER UPDATE ON charging_session
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pass_gate()`;
const REMOVE_GATE = 'DROP TRIGGER gate ON charging_session; DROP FUNCTION pass_gate()';

/** Cuts off the answers to commits that were made. */
async function resetAfterCommit(bed: PostgresBed): Promise<string> {
  const { witness, lane, fleet } = bed;
  await witness.query(MAKE_GATE);
  await bed.begin();
  await witness.query(`SELECT pg_advisory_lock(${GATE})`);
  bed.end();
  await eventually(
    () => connections(bed, WAITS_FOR_LOCK),
    (count) => count >= fleet.size,
  );
  const end = lane.impose({ latencyMs: 30 * SECOND });
  await witness.query(`SELECT pg_advisory_unlock(${GATE})`);
  await eventually(
    () => connections(bed, WORKS),
    (count) => count === 0,
  );
  const waits = bed.queued() >= fleet.size ? 'none of them is confirmed' : 'some are confirmed';
  lane.reset();
  end();
  const told = await bed.account();
  await witness.query(REMOVE_GATE);
  return `${waits}; ${told}`;
}

/** Takes all connections: more is asked for than there are, and nothing is answered. */
async function exhaustPool(bed: PostgresBed): Promise<string> {
  const { witness } = bed;
  await bed.begin();
  await witness.query('BEGIN; LOCK TABLE charging_session IN ACCESS EXCLUSIVE MODE');
  const asked = Array.from({ length: 30 }, () => bed.polisgrid().admin.get('/v1/sessions'));
  await eventually(
    () => connections(bed, WAITS_FOR_LOCK),
    (count) => count === 10,
  );
  bed.end();
  await wait(2 * SECOND);
  const waits = bed.queued() > 0 ? 'everybody waits' : 'some are confirmed';
  await witness.query('ROLLBACK');
  const answers = new Set((await Promise.all(asked)).map(({ status }) => status));
  return `${waits}, and is answered ${[...answers].join(' or ')}; ${await bed.account()}`;
}

export const POSTGRES_FAULTS: FaultOn<PostgresBed>[] = [
  {
    name: 'PostgreSQL slow: 25 to 35 ms each way',
    async observe(bed) {
      const end = bed.lane.impose({ latencyMs: 25, jitterMs: 10 });
      await bed.begin();
      bed.end();
      const told = await bed.account();
      end();
      return told;
    },
    expected: TRUE,
  },
  {
    name: 'connections reset between commits and their answers',
    observe: resetAfterCommit,
    expected: `none of them is confirmed; ${TRUE}`,
  },
  {
    name: 'pool exhausted',
    observe: exhaustPool,
    expected: `everybody waits, and is answered 200; ${TRUE}`,
  },
  {
    name: 'PostgreSQL away for 2 s while sessions end',
    async observe(bed) {
      await bed.begin();
      const end = bed.lane.impose({ down: true });
      bed.end();
      await wait(2 * SECOND);
      const waits = bed.queued() >= bed.fleet.size ? 'nothing is confirmed' : 'something is confirmed';
      end();
      return `${waits}; ${await bed.account()}`;
    },
    expected: `nothing is confirmed; ${TRUE}`,
  },
];
