import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

export interface ProfileTables {
  charging_profile: {
    charger: string;
    number: number;
    evse: number;
    purpose: string;
    transaction: string | null;
    valid_to: number | null;
    /** The whole profile, JSON. */
    profile: string;
    source: string;
    since: number;
  };
  /** A report that was asked for and has not come to its end. */
  profile_report: {
    charger: string;
    request: number;
    /** What it was to tell, JSON. */
    scope: string;
    asked_at: number;
    /** The numbers told so far, JSON. */
    told: string;
  };
  external_limit: {
    charger: string;
    evse: number;
    source: string;
    grid_critical: number | null;
    schedule: string | null;
    since: number;
  };
  charging_needs: {
    /** The session, or charger:evse where none is known. */
    key: string;
    charger: string;
    evse: number;
    session: string | null;
    needs: string;
    at: number;
  };
  told_schedule: { charger: string; evse: number; kind: string; schedule: string; at: number };
}

export const profileMigrations: RecordsModule['migrations'] = [
  {
    id: '0005-charging-profiles',
    async up(db) {
      await makeProfiles(db);
      await makeTold(db);
    },
  },
];

async function makeProfiles(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('charging_profile')
    .addColumn('charger', 'text', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('evse', 'bigint', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('transaction', 'text')
    .addColumn('valid_to', 'bigint')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('charging_profile_key', ['charger', 'number'])
    .execute();
  await db.schema
    .createTable('profile_report')
    .addColumn('charger', 'text', (column) => column.notNull())
    .addColumn('request', 'bigint', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('asked_at', 'bigint', (column) => column.notNull())
    .addColumn('told', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('profile_report_key', ['charger', 'request'])
    .execute();
}

async function makeTold(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('external_limit')
    .addColumn('charger', 'text', (column) => column.notNull())
    .addColumn('evse', 'bigint', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('grid_critical', 'integer')
    .addColumn('schedule', 'text')
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('external_limit_key', ['charger', 'evse', 'source'])
    .execute();
  await db.schema
    .createTable('charging_needs')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('charger', 'text', (column) => column.notNull())
    .addColumn('evse', 'bigint', (column) => column.notNull())
    .addColumn('session', 'text')
    .addColumn('needs', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('charging_needs_charger').on('charging_needs').columns(['charger', 'at']).execute();
  await db.schema
    .createTable('told_schedule')
    .addColumn('charger', 'text', (column) => column.notNull())
    .addColumn('evse', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('schedule', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('told_schedule_key', ['charger', 'evse', 'kind'])
    .execute();
}
