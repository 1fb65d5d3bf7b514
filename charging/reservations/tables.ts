import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

export interface ReservationTables {
  reservation: {
    id: string;
    charger: string;
    site: string | null;
    /** As the charger knows it. */
    number: number;
    /** Null: any. */
    evse: number | null;
    connector_type: string | null;
    token: string;
    token_key: string;
    token_group: string | null;
    expires_at: number;
    state: string;
    /** The session that used it. */
    session: string | null;
    created_at: number;
    /** Each state that it had, JSON. */
    history: string;
  };
}

export const reservationMigrations: RecordsModule['migrations'] = [{ id: '0002-reservations', up: makeReservations }];

async function makeReservations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('reservation')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('charger', 'text', (column) => column.notNull())
    .addColumn('site', 'text')
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('evse', 'bigint')
    .addColumn('connector_type', 'text')
    .addColumn('token', 'text', (column) => column.notNull())
    .addColumn('token_key', 'text', (column) => column.notNull())
    .addColumn('token_group', 'text')
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('session', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('history', 'text', (column) => column.notNull())
    .addUniqueConstraint('reservation_number', ['charger', 'number'])
    .execute();
  await db.schema.createIndex('reservation_expiry').on('reservation').columns(['state', 'expires_at']).execute();
}
