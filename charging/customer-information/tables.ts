import type { RecordsModule } from '#storage/records.ts';

export interface CustomerReportTables {
  customer_report: {
    charger: string;
    request: number;
    asked_at: number;
    cleared: number;
    /** By their numbers, JSON. */
    parts: string;
    /** The number of the last part; null until it came. */
    last_part: number | null;
  };
}

export const customerReportMigrations: RecordsModule['migrations'] = [
  {
    id: '0015-customer-reports',
    async up(db) {
      await db.schema
        .createTable('customer_report')
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('request', 'bigint', (column) => column.notNull())
        .addColumn('asked_at', 'bigint', (column) => column.notNull())
        .addColumn('cleared', 'integer', (column) => column.notNull())
        .addColumn('parts', 'text', (column) => column.notNull())
        .addColumn('last_part', 'bigint')
        .addPrimaryKeyConstraint('customer_report_key', ['charger', 'request'])
        .execute();
      await db.schema.createIndex('customer_report_asked').on('customer_report').columns(['asked_at']).execute();
    },
  },
];
