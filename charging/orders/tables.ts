import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

export interface OrderTables {
  charger_order: {
    id: string;
    charger: string;
    /** What was ordered, JSON. */
    said: string;
    ordered_by: string;
    at: number;
    /** Until when it may wait for its charger; null: it could not wait. */
    until: number | null;
    state: string;
    sent_at: number | null;
    outcome: string | null;
    /** The charger's answer, JSON. */
    response: string | null;
    done_at: number | null;
  };
}

export const orderMigrations: RecordsModule['migrations'] = [
  {
    id: '0009-orders',
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('charger_order')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('said', 'text', (column) => column.notNull())
        .addColumn('ordered_by', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('until', 'bigint')
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('sent_at', 'bigint')
        .addColumn('outcome', 'text')
        .addColumn('response', 'text')
        .addColumn('done_at', 'bigint')
        .execute();
      await db.schema.createIndex('charger_order_charger').on('charger_order').columns(['charger', 'id']).execute();
      await db.schema.createIndex('charger_order_state').on('charger_order').columns(['state', 'charger']).execute();
    },
  },
];
