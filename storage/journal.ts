import { sql, type Generated, type Kysely } from 'kysely';
import type { Millis } from '#estate/units.ts';
import { prepared } from './prepared.ts';
import { unit, type Records, type RecordsModule } from './records.ts';

/**
 * The journal: an append-only log on this machine. What came from the field is in it before it is acknowledged; it is
 * the buffer while the series store is away, the source of a replay, and the trace of OCPP messages. Consumers keep how
 * far they have read under a name, and so go on after a crash where they were.
 *
 * It is a set of units over a node-local SQLite file of its own, so it shares the commit thread's group commit.
 */
export const STREAMS = ['readings', 'frames'] as const;

/**
 * `readings`: batches of samples on their way to the series store, and keyed by device what waits for its adoption.
 * `frames`: OCPP messages, keyed by charger.
 */
export type Stream = (typeof STREAMS)[number];

export interface JournalEntry {
  /** Grows with each append to the stream; not without gaps. */
  position: number;
  /** What recent() looks for; '' where nothing is. */
  key: string;
  /** When it was received. */
  ts: Millis;
  body: string;
}

export interface Journal {
  /** Resolves with the last position once all are on disk, in the order given. */
  append(stream: Stream, entries: readonly Omit<JournalEntry, 'position'>[]): Promise<number>;
  /** The entries after a position, oldest first. */
  read(stream: Stream, page: { after: number; limit: number }): Promise<JournalEntry[]>;
  /** The newest entries of a key, newest first, optionally before a position. */
  recent(stream: Stream, query: { key: string; limit: number; before?: number }): Promise<JournalEntry[]>;
  /** The last position of a stream; 0 when empty. */
  head(stream: Stream): Promise<number>;
  /** How far a consumer has read; 0 at first. */
  cursor(consumer: string, stream: Stream): Promise<number>;
  /** Stores how far a consumer has read. */
  advance(consumer: string, stream: Stream, position: number): Promise<void>;
  /**
   * Forgets what is older than an instant and was read by every consumer of the stream, a little at a time: what others
   * append goes between. Returns how many.
   */
  trim(stream: Stream, before: Millis): Promise<number>;
  close(): Promise<void>;
}

interface EntryTable {
  position: Generated<number>;
  key: string;
  ts: number;
  body: string;
}

interface JournalTables {
  journal_readings: EntryTable;
  journal_frames: EntryTable;
  journal_cursor: { consumer: string; stream: string; position: number };
}

const tableOf = { readings: 'journal_readings', frames: 'journal_frames' } as const;

type NewEntry = Omit<JournalEntry, 'position'>;

const insertInto = (stream: Stream) =>
  prepared((trx: Kysely<JournalTables>, given: NewEntry) =>
    trx.insertInto(tableOf[stream]).values({ key: given.key, ts: given.ts, body: given.body }),
  );
const insert = { readings: insertInto('readings'), frames: insertInto('frames') };

const append = unit(
  'journal.append',
  async (trx: Kysely<JournalTables>, { stream, entries }: { stream: Stream; entries: readonly NewEntry[] }) => {
    let last = 0;
    for (const entry of entries) last = Number((await insert[stream](trx, entry)).insertId);
    return last;
  },
);

const read = unit(
  'journal.read',
  (trx: Kysely<JournalTables>, input: { stream: Stream; after: number; limit: number }): Promise<JournalEntry[]> =>
    trx
      .selectFrom(tableOf[input.stream])
      .select(['position', 'key', 'ts', 'body'])
      .where('position', '>', input.after)
      .orderBy('position')
      .limit(input.limit)
      .execute(),
);

const recent = unit(
  'journal.recent',
  (
    trx: Kysely<JournalTables>,
    input: { stream: Stream; key: string; limit: number; before?: number },
  ): Promise<JournalEntry[]> =>
    trx
      .selectFrom(tableOf[input.stream])
      .select(['position', 'key', 'ts', 'body'])
      .where('key', '=', input.key)
      .where('key', '<>', '')
      .where('position', '<', input.before ?? Number.MAX_SAFE_INTEGER)
      .orderBy('position', 'desc')
      .limit(input.limit)
      .execute(),
);

const head = unit('journal.head', async (trx: Kysely<JournalTables>, input: { stream: Stream }) => {
  const table = tableOf[input.stream];
  const row = await sql<{ seq: number }>`SELECT seq FROM sqlite_sequence WHERE name = ${table}`.execute(trx);
  return row.rows[0]?.seq ?? 0;
});

const cursor = unit(
  'journal.cursor',
  async (trx: Kysely<JournalTables>, input: { consumer: string; stream: Stream }) => {
    const row = await trx
      .selectFrom('journal_cursor')
      .select('position')
      .where('consumer', '=', input.consumer)
      .where('stream', '=', input.stream)
      .executeTakeFirst();
    return row?.position ?? 0;
  },
);

const advance = unit(
  'journal.advance',
  async (trx: Kysely<JournalTables>, input: { consumer: string; stream: Stream; position: number }) => {
    await trx
      .insertInto('journal_cursor')
      .values(input)
      .onConflict((conflict) => conflict.columns(['consumer', 'stream']).doUpdateSet({ position: input.position }))
      .execute();
  },
);

/** Of entries that are forgotten in one commit, which others wait for: a few milliseconds. */
const FORGOTTEN_AT_ONCE = 1_000;

/** Of the oldest entries, forgets those from before an instant. The time has no index: it grows with the position. */
const trim = unit('journal.trim', async (trx: Kysely<JournalTables>, input: { stream: Stream; before: Millis }) => {
  const table = tableOf[input.stream];
  const slowest = await trx
    .selectFrom('journal_cursor')
    .select((all) => all.fn.min('position').as('position'))
    .where('stream', '=', input.stream)
    .executeTakeFirst();
  const oldest = trx
    .selectFrom(table)
    .select('position')
    .where('position', '<=', slowest?.position ?? Number.MAX_SAFE_INTEGER)
    .orderBy('position')
    .limit(FORGOTTEN_AT_ONCE);
  const { numDeletedRows } = await trx
    .deleteFrom(table)
    .where('position', 'in', oldest)
    .where('ts', '<', input.before)
    .executeTakeFirst();
  return Number(numDeletedRows);
});

export const records: RecordsModule = {
  room: 'journal',
  units: [append, read, recent, head, cursor, advance, trim],
  migrations: [
    {
      id: '0001-streams-and-cursors',
      async up(db) {
        for (const stream of STREAMS) {
          const table = sql.table(tableOf[stream]);
          await sql`CREATE TABLE ${table} (position INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, ts INTEGER NOT NULL, body TEXT NOT NULL)`.execute(
            db,
          );
          const index = sql.ref(`${tableOf[stream]}_key`);
          await sql`CREATE INDEX ${index} ON ${table} (key, position) WHERE key <> ''`.execute(db);
        }
        await sql`CREATE TABLE journal_cursor (consumer TEXT NOT NULL, stream TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (consumer, stream))`.execute(
          db,
        );
      },
    },
  ],
};

/** The journal over an opened SQLite store that has this module, and no other use. */
export function createJournal(store: Records): Journal {
  return {
    append: (stream, entries) => store.run(append, { stream, entries }),
    read: (stream, page) => store.run(read, { stream, ...page }),
    recent: (stream, query) => store.run(recent, { stream, ...query }),
    head: (stream) => store.run(head, { stream }),
    cursor: (consumer, stream) => store.run(cursor, { consumer, stream }),
    advance: (consumer, stream, position) => store.run(advance, { consumer, stream, position }),
    async trim(stream, before) {
      let forgotten = 0;
      let last: number;
      do {
        last = await store.run(trim, { stream, before });
        forgotten += last;
      } while (last === FORGOTTEN_AT_ONCE);
      return forgotten;
    },
    close: () => store.close(),
  };
}
