import type { RecordsModule } from '#storage/records.ts';

export interface OrderTables {
  device_order: {
    id: string;
    site: string;
    device: string;
    /** JSON. */
    set_points: string;
    priority: number;
    revert_s: number;
    ordered_by: string;
    at: number;
    expires_at: number;
    state: string;
    outcome: string | null;
    /** The device's answer, JSON. */
    response: string | null;
    done_at: number | null;
  };
  device_order_step: { order_id: string; n: number; at: number; what: string; detail: string };
  /** One slot for each priority of each metric. */
  set_point_hold: {
    site: string;
    device: string;
    metric: string;
    priority: number;
    value: number;
    order_id: string;
    until: number;
  };
}

export const orderMigrations: RecordsModule['migrations'] = [
  {
    id: '0005-orders',
    async up(db) {
      await db.schema
        .createTable('device_order')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('site', 'text', (column) => column.notNull())
        .addColumn('device', 'text', (column) => column.notNull())
        .addColumn('set_points', 'text', (column) => column.notNull())
        .addColumn('priority', 'integer', (column) => column.notNull())
        .addColumn('revert_s', 'double precision', (column) => column.notNull())
        .addColumn('ordered_by', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('outcome', 'text')
        .addColumn('response', 'text')
        .addColumn('done_at', 'bigint')
        .execute();
      await db.schema.createIndex('device_order_device').on('device_order').columns(['site', 'device', 'id']).execute();
      await db.schema.createIndex('device_order_state').on('device_order').columns(['state', 'done_at']).execute();
      await db.schema
        .createTable('device_order_step')
        .addColumn('order_id', 'text', (column) => column.notNull())
        .addColumn('n', 'integer', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('what', 'text', (column) => column.notNull())
        .addColumn('detail', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('device_order_step_key', ['order_id', 'n'])
        .execute();
      await db.schema
        .createTable('set_point_hold')
        .addColumn('site', 'text', (column) => column.notNull())
        .addColumn('device', 'text', (column) => column.notNull())
        .addColumn('metric', 'text', (column) => column.notNull())
        .addColumn('priority', 'integer', (column) => column.notNull())
        .addColumn('value', 'double precision', (column) => column.notNull())
        .addColumn('order_id', 'text', (column) => column.notNull())
        .addColumn('until', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('set_point_hold_key', ['site', 'device', 'metric', 'priority'])
        .execute();
      await db.schema.createIndex('set_point_hold_until').on('set_point_hold').column('until').execute();
      await db.schema.createIndex('set_point_hold_order').on('set_point_hold').column('order_id').execute();
    },
  },
];
