import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

export interface ReconciliationTables {
  /** The doubts that a session has now; one that resolves itself is deleted. */
  session_doubt: {
    session: string;
    doubt: string;
    /** When it first arose, by our clock. */
    since: number;
    /** The message that raised it, as it came over the wire. */
    frame: string | null;
    /** 1: a person settled it. */
    settled: number;
  };
}

export const reconciliationMigrations: RecordsModule['migrations'] = [
  {
    id: '0008-reconciliation',
    async up(db) {
      await makeDoubts(db);
      await extendSessions(db);
      await keepOldDoubts(db as Kysely<OldTables>);
      await db.schema.alterTable('transaction_event').addColumn('current_a', 'text').execute();
    },
  },
];

async function makeDoubts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('session_doubt')
    .addColumn('session', 'text', (column) => column.notNull())
    .addColumn('doubt', 'text', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('frame', 'text')
    .addColumn('settled', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('session_doubt_key', ['session', 'doubt'])
    .execute();
  await db.schema.createIndex('session_doubt_open').on('session_doubt').columns(['settled', 'session']).execute();
  await db.schema
    .createIndex('session_doubt_kind')
    .on('session_doubt')
    .columns(['doubt', 'settled', 'since'])
    .execute();
}

interface OldTables extends ReconciliationTables {
  charging_session: { id: string; state: string; started_at: number; doubts: string };
}

/** The doubts of earlier sessions; that one has no stop was none. */
async function keepOldDoubts(db: Kysely<OldTables>): Promise<void> {
  const unstopped = JSON.stringify(['missing-stop']);
  await db
    .updateTable('charging_session')
    .set({ doubts: unstopped })
    .where('state', '=', 'incomplete')
    .where('doubts', '=', '[]')
    .execute();
  const rows = await db
    .selectFrom('charging_session')
    .select(['id', 'started_at', 'doubts'])
    .where('doubts', '<>', '[]')
    .execute();
  for (const { id: session, started_at: since, doubts } of rows) {
    const values = (JSON.parse(doubts) as string[]).map((doubt) => ({
      session,
      doubt,
      since,
      frame: null,
      settled: 0,
    }));
    await db.insertInto('session_doubt').values(values).execute();
  }
}

/** One column at a time: SQLite knows no more. */
async function extendSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('charging_session').addColumn('heard_at', 'bigint').execute();
  await db.schema.alterTable('charging_session').addColumn('settlement', 'text').execute();
  await db.schema
    .alterTable('charging_session')
    .addColumn('sealed', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
