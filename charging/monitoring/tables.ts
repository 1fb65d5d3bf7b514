import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

interface PlaceColumns {
  component: string;
  component_instance: string | null;
  evse: number | null;
  connector: number | null;
  variable: string;
  variable_instance: string | null;
}

export interface MonitoringTables {
  charger_monitor: PlaceColumns & {
    charger: string;
    id: number;
    type: string;
    value: number;
    severity: number;
    in_transaction: number;
    /** When it was set or last reported. */
    known_at: number;
    /** The report that last named it. */
    request: number | null;
  };
  charger_monitoring: {
    charger: string;
    base: string | null;
    level: number | null;
  };
  monitoring_report: {
    charger: string;
    request: number;
    /** 1: it leaves nothing out. */
    whole: number;
    asked_at: number;
    /** The numbers of the parts that came, JSON. */
    parts: string;
    /** The number of the last part; null until it came. */
    last_part: number | null;
  };
  charger_event: PlaceColumns & {
    id: string;
    charger: string;
    site: string | null;
    /** What makes it the only one of its charger. */
    key: string;
    /** What it is about: its monitor, or its variable. */
    about: string;
    event_id: number;
    at: number;
    received_at: number;
    trigger: string;
    cause: number | null;
    value: string;
    tech_code: string | null;
    tech_info: string | null;
    cleared: number;
    transaction: string | null;
    monitor: number | null;
    severity: number | null;
    /** 1: a severe alert that has not passed. */
    standing: number;
  };
}

export const monitoringMigrations: RecordsModule['migrations'] = [
  {
    id: '0004-monitoring',
    async up(db) {
      await makeMonitors(db);
      await makeEvents(db);
    },
  },
];

async function makeMonitors(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('charger_monitor')
    .addColumn('charger', 'text', (column) => column.notNull())
    .addColumn('id', 'bigint', (column) => column.notNull())
    .addColumn('component', 'text', (column) => column.notNull())
    .addColumn('component_instance', 'text')
    .addColumn('evse', 'bigint')
    .addColumn('connector', 'bigint')
    .addColumn('variable', 'text', (column) => column.notNull())
    .addColumn('variable_instance', 'text')
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('value', 'double precision', (column) => column.notNull())
    .addColumn('severity', 'bigint', (column) => column.notNull())
    .addColumn('in_transaction', 'integer', (column) => column.notNull())
    .addColumn('known_at', 'bigint', (column) => column.notNull())
    .addColumn('request', 'bigint')
    .addPrimaryKeyConstraint('charger_monitor_key', ['charger', 'id'])
    .execute();
  await db.schema
    .createTable('charger_monitoring')
    .addColumn('charger', 'text', (column) => column.primaryKey())
    .addColumn('base', 'text')
    .addColumn('level', 'bigint')
    .execute();
  await db.schema
    .createTable('monitoring_report')
    .addColumn('charger', 'text', (column) => column.notNull())
    .addColumn('request', 'bigint', (column) => column.notNull())
    .addColumn('whole', 'integer', (column) => column.notNull())
    .addColumn('asked_at', 'bigint', (column) => column.notNull())
    .addColumn('parts', 'text', (column) => column.notNull())
    .addColumn('last_part', 'bigint')
    .addPrimaryKeyConstraint('monitoring_report_key', ['charger', 'request'])
    .execute();
}

async function makeEvents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('charger_event')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('charger', 'text', (column) => column.notNull())
    .addColumn('site', 'text')
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('about', 'text', (column) => column.notNull())
    .addColumn('event_id', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('trigger', 'text', (column) => column.notNull())
    .addColumn('cause', 'bigint')
    .addColumn('component', 'text', (column) => column.notNull())
    .addColumn('component_instance', 'text')
    .addColumn('evse', 'bigint')
    .addColumn('connector', 'bigint')
    .addColumn('variable', 'text', (column) => column.notNull())
    .addColumn('variable_instance', 'text')
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('tech_code', 'text')
    .addColumn('tech_info', 'text')
    .addColumn('cleared', 'integer', (column) => column.notNull())
    .addColumn('transaction', 'text')
    .addColumn('monitor', 'bigint')
    .addColumn('severity', 'bigint')
    .addColumn('standing', 'integer', (column) => column.notNull())
    .addUniqueConstraint('charger_event_once', ['charger', 'key'])
    .execute();
  const indexes = {
    charger_event_charger: ['charger', 'id'],
    charger_event_site: ['site', 'id'],
    charger_event_standing: ['standing', 'charger', 'about'],
    charger_event_received: ['received_at'],
  } as const;
  for (const [name, columns] of Object.entries(indexes)) {
    await db.schema
      .createIndex(name)
      .on('charger_event')
      .columns([...columns])
      .execute();
  }
}
