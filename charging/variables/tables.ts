import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

/** Variables of chargers, and the reports in which they come. */
export interface VariableTables {
  station_variable: {
    charger: string;
    /** Its place, as it is compared. */
    key: string;
    component: string;
    component_instance: string | null;
    evse: number | null;
    connector: number | null;
    variable: string;
    variable_instance: string | null;
    attribute: string;
    value: string | null;
    mutability: string | null;
    data_type: string | null;
    unit: string | null;
    min_limit: number | null;
    max_limit: number | null;
    values_list: string | null;
    read_at: number;
  };
  variables_report: {
    charger: string;
    request: number;
    scope: string;
    asked_at: number;
    heard_at: number | null;
    completed_at: number | null;
    parts: number;
    last_part: number | null;
    refusal: string | null;
  };
  /** The parts that came of a report that is not complete. */
  variables_report_part: { charger: string; request: number; part: number };
}

export type VariablesTrx = Kysely<VariableTables>;

export const variableMigrations: RecordsModule['migrations'] = [
  {
    id: '0003-variables',
    async up(db) {
      await db.schema
        .createTable('station_variable')
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('component', 'text', (column) => column.notNull())
        .addColumn('component_instance', 'text')
        .addColumn('evse', 'bigint')
        .addColumn('connector', 'bigint')
        .addColumn('variable', 'text', (column) => column.notNull())
        .addColumn('variable_instance', 'text')
        .addColumn('attribute', 'text', (column) => column.notNull())
        .addColumn('value', 'text')
        .addColumn('mutability', 'text')
        .addColumn('data_type', 'text')
        .addColumn('unit', 'text')
        .addColumn('min_limit', 'double precision')
        .addColumn('max_limit', 'double precision')
        .addColumn('values_list', 'text')
        .addColumn('read_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('station_variable_key', ['charger', 'key'])
        .execute();
      await db.schema
        .createTable('variables_report')
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('request', 'bigint', (column) => column.notNull())
        .addColumn('scope', 'text', (column) => column.notNull())
        .addColumn('asked_at', 'bigint', (column) => column.notNull())
        .addColumn('heard_at', 'bigint')
        .addColumn('completed_at', 'bigint')
        .addColumn('parts', 'bigint', (column) => column.notNull())
        .addColumn('last_part', 'bigint')
        .addColumn('refusal', 'text')
        .addPrimaryKeyConstraint('variables_report_key', ['charger', 'request'])
        .execute();
      await db.schema
        .createTable('variables_report_part')
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('request', 'bigint', (column) => column.notNull())
        .addColumn('part', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('variables_report_part_key', ['charger', 'request', 'part'])
        .execute();
    },
  },
];
