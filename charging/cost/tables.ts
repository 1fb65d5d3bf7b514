import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

export interface CostTables {
  /** Every price that ever held; a row ends the one before it. */
  energy_price: {
    /** `site` or `charger`. */
    scope: string;
    id: string;
    since: number;
    /** Null: from then on there is none. */
    per_kwh: number | null;
    currency: string;
  };
  /** What a session costs because somebody said so. */
  session_cost: {
    session: string;
    amount: number;
    at: number;
  };
}

export const costMigrations: RecordsModule['migrations'] = [{ id: '0015-costs', up: makeCosts }];

async function makeCosts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('energy_price')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('per_kwh', 'double precision')
    .addColumn('currency', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('energy_price_key', ['scope', 'id', 'since'])
    .execute();
  await db.schema
    .createTable('session_cost')
    .addColumn('session', 'text', (column) => column.primaryKey())
    .addColumn('amount', 'double precision', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
}
