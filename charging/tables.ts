import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';
import type { CostTables } from './cost/tables.ts';
import type { ProfileTables } from './profiles/tables.ts';
import type { ReconciliationTables } from './reconciliation/tables.ts';
import type { ReservationTables } from './reservations/tables.ts';
import type { TokenTables } from './tokens/tables.ts';

/** Where charging keeps its nouns. Instants are milliseconds, truth is 0 or 1, lists and nested things are JSON. */
export interface ChargingTables
  extends ReconciliationTables, TokenTables, ReservationTables, CostTables, ProfileTables {
  station: {
    id: string;
    site: string | null;
    vendor: string | null;
    model: string | null;
    serial: string | null;
    firmware: string | null;
    protocol: string | null;
    online: number;
    last_seen: number | null;
    synthetic: number;
  };
  station_connector: {
    station: string;
    evse: number;
    connector: number;
    state: string;
    error: string | null;
    since: number;
  };
  charging_session: {
    id: string;
    charger: string;
    site: string | null;
    transaction: string;
    /** What makes it the only session of its charger: the start's content, or the transaction; see ledger.ts. */
    start_key: string;
    protocol: string;
    evse: number;
    connector: number;
    token: string | null;
    token_key: string | null;
    /** What was wrong with the token when it was shown. */
    token_doubt: string | null;
    state: string;
    started_at: number;
    ended_at: number | null;
    energy_wh: number;
    power_w: number | null;
    measured_at: number | null;
    reason: string | null;
    doubts: string;
    /** The account (account.ts) from which the columns above follow; null while the charger has not begun. */
    account: string | null;
    synthetic: number;
    /** When the charger last reported of it, by our clock. */
    heard_at: number | null;
    /** How a person settled it; see reconciliation/settle.ts. */
    settlement: string | null;
    /** 1: over for so long that its events were deleted; see reconciliation/trim.ts. */
    sealed: number;
  };
  transaction_event: {
    session: string;
    /** The event's identity within its session, from the field: the same again changes nothing. */
    key: string;
    phase: string;
    seq_no: number | null;
    at: number;
    received_at: number;
    token: string | null;
    evse: number | null;
    connector: number | null;
    first_register_wh: number | null;
    last_register_wh: number | null;
    power_w: number | null;
    /** Of the phases that were told, in order. */
    current_a: string | null;
    reason: string | null;
  };
}

export type Trx = Kysely<ChargingTables>;

export const migrations: RecordsModule['migrations'] = [
  {
    id: '0001-stations-sessions-tokens',
    async up(db) {
      await makeStations(db);
      await makeSessions(db);
      await makeTokens(db);
    },
  },
];

async function makeStations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('station')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('site', 'text')
    .addColumn('vendor', 'text')
    .addColumn('model', 'text')
    .addColumn('serial', 'text')
    .addColumn('firmware', 'text')
    .addColumn('protocol', 'text')
    .addColumn('online', 'integer', (column) => column.notNull())
    .addColumn('last_seen', 'bigint')
    .addColumn('synthetic', 'integer', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('station_site').on('station').columns(['site', 'id']).execute();
  await db.schema
    .createTable('station_connector')
    .addColumn('station', 'text', (column) => column.notNull())
    .addColumn('evse', 'bigint', (column) => column.notNull())
    .addColumn('connector', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('error', 'text')
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('station_connector_key', ['station', 'evse', 'connector'])
    .execute();
}

async function makeSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('charging_session')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('charger', 'text', (column) => column.notNull())
    .addColumn('site', 'text')
    .addColumn('transaction', 'text', (column) => column.notNull())
    .addColumn('start_key', 'text', (column) => column.notNull())
    .addColumn('protocol', 'text', (column) => column.notNull())
    .addColumn('evse', 'bigint', (column) => column.notNull())
    .addColumn('connector', 'bigint', (column) => column.notNull())
    .addColumn('token', 'text')
    .addColumn('token_key', 'text')
    .addColumn('token_doubt', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('energy_wh', 'double precision', (column) => column.notNull())
    .addColumn('power_w', 'double precision')
    .addColumn('measured_at', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('doubts', 'text', (column) => column.notNull())
    .addColumn('account', 'text')
    .addColumn('synthetic', 'integer', (column) => column.notNull())
    .addUniqueConstraint('charging_session_start', ['charger', 'start_key'])
    .execute();
  const indexes = {
    charging_session_started: ['started_at', 'id'],
    charging_session_charger: ['charger', 'started_at', 'id'],
    charging_session_site: ['site', 'started_at', 'id'],
    charging_session_state: ['state', 'charger'],
    charging_session_transaction: ['charger', 'transaction'],
    charging_session_token: ['token_key', 'state'],
  } as const;
  for (const [name, columns] of Object.entries(indexes)) {
    await db.schema
      .createIndex(name)
      .on('charging_session')
      .columns([...columns])
      .execute();
  }
  await db.schema
    .createTable('transaction_event')
    .addColumn('session', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('seq_no', 'bigint')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('token', 'text')
    .addColumn('evse', 'bigint')
    .addColumn('connector', 'bigint')
    .addColumn('first_register_wh', 'double precision')
    .addColumn('last_register_wh', 'double precision')
    .addColumn('power_w', 'double precision')
    .addColumn('reason', 'text')
    .addPrimaryKeyConstraint('transaction_event_key', ['session', 'key'])
    .execute();
}

async function makeTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('id_token')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('token', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('token_group', 'text')
    .addColumn('expires_at', 'bigint')
    .execute();
}
