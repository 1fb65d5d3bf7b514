import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

export interface DeviationTables {
  /** How often a charger departed from what is agreed, and how. */
  charger_deviation: {
    charger: string;
    action: string;
    field: string;
    kind: string;
    count: number;
    first_at: number;
    last_at: number;
    example: string | null;
  };
  /** What a person knows of a charger's ways. */
  charger_quirk: { charger: string; quirk: string };
}

export type DeviationTrx = Kysely<DeviationTables>;

export const deviationMigrations: RecordsModule['migrations'] = [
  {
    id: '0011-deviations-and-quirks',
    async up(db) {
      await db.schema
        .createTable('charger_deviation')
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('field', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('count', 'bigint', (column) => column.notNull())
        .addColumn('first_at', 'bigint', (column) => column.notNull())
        .addColumn('last_at', 'bigint', (column) => column.notNull())
        .addColumn('example', 'text')
        .addPrimaryKeyConstraint('charger_deviation_key', ['charger', 'action', 'field', 'kind'])
        .execute();
      await db.schema
        .createTable('charger_quirk')
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('quirk', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('charger_quirk_key', ['charger', 'quirk'])
        .execute();
    },
  },
];
