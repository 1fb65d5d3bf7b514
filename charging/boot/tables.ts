import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

/** The chargers that are not accepted; of all others there is nothing to say. */
export interface RegistrationTables {
  unaccepted_charger: { charger: string; registration: string };
}

export type RegistrationTrx = Kysely<RegistrationTables>;

export const registrationMigrations: RecordsModule['migrations'] = [
  {
    id: '0012-registrations',
    async up(db) {
      await db.schema
        .createTable('unaccepted_charger')
        .addColumn('charger', 'text', (column) => column.primaryKey())
        .addColumn('registration', 'text', (column) => column.notNull())
        .execute();
    },
  },
];
