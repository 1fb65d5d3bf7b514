import type { RecordsModule } from '#storage/records.ts';

export interface DisplayTables {
  displayed_message: {
    charger: string;
    id: number;
    priority: string;
    state: string | null;
    from_at: number | null;
    to_at: number | null;
    transaction: string | null;
    format: string;
    language: string | null;
    content: string;
    display: string | null;
    evse: number | null;
    /** When it was set or last listed. */
    known_at: number;
    /** The list that last named it. */
    request: number | null;
  };
  display_list: {
    charger: string;
    request: number;
    /** 1: it leaves nothing out. */
    whole: number;
    asked_at: number;
  };
}

export const displayMigrations: RecordsModule['migrations'] = [
  {
    id: '0013-displayed-messages',
    async up(db) {
      await db.schema
        .createTable('displayed_message')
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('id', 'bigint', (column) => column.notNull())
        .addColumn('priority', 'text', (column) => column.notNull())
        .addColumn('state', 'text')
        .addColumn('from_at', 'bigint')
        .addColumn('to_at', 'bigint')
        .addColumn('transaction', 'text')
        .addColumn('format', 'text', (column) => column.notNull())
        .addColumn('language', 'text')
        .addColumn('content', 'text', (column) => column.notNull())
        .addColumn('display', 'text')
        .addColumn('evse', 'bigint')
        .addColumn('known_at', 'bigint', (column) => column.notNull())
        .addColumn('request', 'bigint')
        .addPrimaryKeyConstraint('displayed_message_key', ['charger', 'id'])
        .execute();
      await db.schema
        .createTable('display_list')
        .addColumn('charger', 'text', (column) => column.primaryKey())
        .addColumn('request', 'bigint', (column) => column.notNull())
        .addColumn('whole', 'integer', (column) => column.notNull())
        .addColumn('asked_at', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
];
