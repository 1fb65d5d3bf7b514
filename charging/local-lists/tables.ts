import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

export interface LocalListTables {
  local_list: {
    charger: string;
    /** Of the list that it holds, as far as we know. */
    version: number;
    /** The revision of the tokens that it holds; null: what it holds is not what we sent, or not all of it. */
    revision: number | null;
    /** The keys of the tokens that it is to hold, JSON; null: all. */
    scope: string | null;
    /** How many tokens it holds. */
    size: number;
    sent_at: number | null;
    /** What is on its way, JSON; see send.ts. */
    sending: string | null;
    /** The charger's word for what went wrong when it was last sent. */
    failure: string | null;
    reported_version: number | null;
    reported_at: number | null;
  };
}

export const localListMigrations: RecordsModule['migrations'] = [{ id: '0010-local-lists', up: makeLocalLists }];

async function makeLocalLists(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('local_list')
    .addColumn('charger', 'text', (column) => column.primaryKey())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('revision', 'bigint')
    .addColumn('scope', 'text')
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('sent_at', 'bigint')
    .addColumn('sending', 'text')
    .addColumn('failure', 'text')
    .addColumn('reported_version', 'bigint')
    .addColumn('reported_at', 'bigint')
    .execute();
}
