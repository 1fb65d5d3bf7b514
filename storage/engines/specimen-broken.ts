import { sql } from 'kysely';
import type { RecordsModule } from '../records.ts';

/** For tests: a room whose second step fails after it changed something: nothing of it may stay. */
export const records: RecordsModule = {
  room: 'specimen-broken',
  units: [],
  migrations: [
    {
      id: '0001-half-done',
      async up(db) {
        await db.schema
          .createTable('specimen_half')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .execute();
        await sql`INSERT INTO specimen_nowhere VALUES (1)`.execute(db);
      },
    },
  ],
};
