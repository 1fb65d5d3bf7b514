import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

export interface JobTables {
  charger_job: {
    id: string;
    charger: string;
    site: string | null;
    kind: string;
    request: number | null;
    /** What was asked, JSON; null: nobody asked. */
    terms: string | null;
    /** How the charger took it; null while it has not answered. */
    answer: string | null;
    outcome: string;
    /** The history, JSON, and its last state. */
    states: string;
    state: string;
    file_name: string | null;
    /** JSON. */
    locations: string;
    asked_at: number;
    heard_at: number;
    /** When it is given up; null once it ended. */
    lost_at: number | null;
  };
}

export const jobMigrations: RecordsModule['migrations'] = [
  {
    id: '0006-jobs',
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('charger_job')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('site', 'text')
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('request', 'bigint')
        .addColumn('terms', 'text')
        .addColumn('answer', 'text')
        .addColumn('outcome', 'text', (column) => column.notNull())
        .addColumn('states', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('file_name', 'text')
        .addColumn('locations', 'text', (column) => column.notNull())
        .addColumn('asked_at', 'bigint', (column) => column.notNull())
        .addColumn('heard_at', 'bigint', (column) => column.notNull())
        .addColumn('lost_at', 'bigint')
        .execute();
      const indexes = {
        charger_job_charger: ['charger', 'id'],
        charger_job_request: ['charger', 'kind', 'request', 'id'],
        charger_job_outcome: ['outcome', 'id'],
        charger_job_lost: ['lost_at'],
      } as const;
      for (const [name, columns] of Object.entries(indexes)) {
        await db.schema
          .createIndex(name)
          .on('charger_job')
          .columns([...columns])
          .execute();
      }
    },
  },
];
