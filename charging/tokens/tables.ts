import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

export interface TokenTables {
  id_token: {
    /** The token in lower case: id tokens are compared without regard to case. */
    key: string;
    token: string;
    status: string;
    token_group: string | null;
    expires_at: number | null;
    type: string;
    /** 1: it may stop every session, and start none. */
    master: number;
    language: string | null;
    message: string | null;
    /** Grows with each change of any token, so that what changed since can be found. */
    revision: number;
  };
}

export const tokenMigrations: RecordsModule['migrations'] = [{ id: '0014-tokens-in-full', up: extendTokens }];

/** One column at a time: SQLite knows no more. */
async function extendTokens(db: Kysely<unknown>): Promise<void> {
  const table = () => db.schema.alterTable('id_token');
  await table()
    .addColumn('type', 'text', (column) => column.notNull().defaultTo('ISO14443'))
    .execute();
  await table()
    .addColumn('master', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await table().addColumn('language', 'text').execute();
  await table().addColumn('message', 'text').execute();
  await table()
    .addColumn('revision', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('id_token_revision').on('id_token').column('revision').execute();
}
