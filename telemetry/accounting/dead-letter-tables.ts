import type { Kysely } from 'kysely';
import type { Millis } from '#estate/units.ts';
import { unit, type AnyUnit } from '#storage/records.ts';

interface DeadLetterTables {
  dead_letter: { id: string; at: number; topic: string; reason: string; payload: string };
}

type Trx = Kysely<DeadLetterTables>;

/** A message or reading that could not be used. */
export interface DeadLetter {
  /** Grows with time. */
  id: string;
  at: Millis;
  topic: string;
  reason: string;
  /** At most 4 KiB of it. */
  payload: string;
}

export const bury = unit('telemetry.bury', async (trx: Trx, letters: readonly DeadLetter[]): Promise<void> => {
  for (const letter of letters) await trx.insertInto('dead_letter').values(letter).execute();
});

/** The newest dead letters, newest first. */
export const listDead = unit('telemetry.listDead', (trx: Trx, page: { limit: number }): Promise<DeadLetter[]> =>
  trx.selectFrom('dead_letter').selectAll().orderBy('id', 'desc').limit(page.limit).execute(),
);

/** Forgets all but the newest dead letters. */
export const trimLetters = unit('telemetry.trimLetters', async (trx: Trx, letters: number) => {
  const oldest = await trx
    .selectFrom('dead_letter')
    .select('id')
    .orderBy('id', 'desc')
    .offset(letters)
    .limit(1)
    .executeTakeFirst();
  if (oldest) await trx.deleteFrom('dead_letter').where('id', '<=', oldest.id).execute();
});

export const deadLetterUnits: readonly AnyUnit[] = [bury, listDead, trimLetters];

export async function createDeadLetterTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('dead_letter')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('topic', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .execute();
}
