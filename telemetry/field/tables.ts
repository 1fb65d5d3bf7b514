import { sql, type Kysely } from 'kysely';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit, type AnyUnit, type TableMigration } from '#storage/records.ts';
import { AHEAD_MS } from './readings.ts';

/** Which devices were born, and what devices reported. */
export interface FieldTables {
  field_device: {
    site: string;
    device: string;
    node: string;
    type: string;
    /** The metrics as the birth declared them, JSON. */
    metrics: string;
    born_at: number;
  };
  field_event: {
    site: string;
    device: string;
    id: string;
    /** By the device's clock. */
    ts: number;
    /** By ours. */
    received_at: number;
    code: string;
    severity: string;
    text: string;
    active: number;
  };
}

type Trx = Kysely<FieldTables>;

/** A device as its last birth declared it. */
export interface BornDevice {
  site: SiteId;
  device: DeviceId;
  node: DeviceId;
  type: string;
  metrics: string;
  bornAt: Millis;
}

export const noteBirth = unit('telemetry.noteBirth', async (trx: Trx, born: BornDevice): Promise<void> => {
  const { bornAt, ...rest } = born;
  const row = { ...rest, born_at: bornAt };
  await trx
    .insertInto('field_device')
    .values(row)
    .onConflict((conflict) => conflict.columns(['site', 'device']).doUpdateSet(row))
    .execute();
});

export const noteRemoval = unit(
  'telemetry.noteRemoval',
  async (trx: Trx, gone: { site: SiteId; device: DeviceId; node: DeviceId }): Promise<void> => {
    await trx
      .deleteFrom('field_device')
      .where('site', '=', gone.site)
      .where('device', '=', gone.device)
      .where('node', '=', gone.node)
      .execute();
  },
);

/** All born devices, of a site or of the estate. */
export const listBorn = unit(
  'telemetry.listBorn',
  async (trx: Trx, query: { site?: SiteId }): Promise<BornDevice[]> => {
    let select = trx.selectFrom('field_device').selectAll();
    if (query.site !== undefined) select = select.where('site', '=', query.site);
    const rows = await select.orderBy('site').orderBy('device').execute();
    return rows.map(({ born_at, ...row }) => ({ ...row, bornAt: born_at }));
  },
);

/** Keeps a device's event once, however often it is sent; true when it is news. */
export const noteEvent = unit(
  'telemetry.noteEvent',
  async (trx: Trx, event: FieldTables['field_event']): Promise<boolean> => {
    const known = await trx
      .selectFrom('field_event')
      .select(['active', 'ts', 'received_at'])
      .where('site', '=', event.site)
      .where('device', '=', event.device)
      .where('id', '=', event.id)
      .executeTakeFirst();
    if (known && precedes(event, known)) return false;
    await trx
      .insertInto('field_event')
      .values(event)
      .onConflict((conflict) => conflict.columns(['site', 'device', 'id']).doUpdateSet(event))
      .execute();
    return known?.active !== event.active;
  },
);

type Stamped = Pick<FieldTables['field_event'], 'ts' | 'received_at'>;

/**
 * What was sent again, late, does not undo what followed it. But once a clock that was ahead has been put right, its
 * device's word counts whatever that clock said before.
 */
function precedes(event: Stamped, known: Stamped): boolean {
  return event.ts < known.ts && (isAhead(event) || !isAhead(known));
}

function isAhead({ ts, received_at }: Stamped): boolean {
  return ts > received_at + AHEAD_MS;
}

/** What devices reported, and what has not passed. */
export const listStanding = unit('telemetry.standingEvents', (trx: Trx): Promise<FieldTables['field_event'][]> =>
  trx.selectFrom('field_event').selectAll().where('active', '=', 1).orderBy('received_at').execute(),
);

/** Forgets events that were received before an instant, whatever their devices' clocks said. */
export const tidy = unit('telemetry.tidy', async (trx: Trx, keep: { eventsSince: Millis }) => {
  await trx.deleteFrom('field_event').where('received_at', '<', keep.eventsSince).execute();
});

export const fieldUnits: readonly AnyUnit[] = [noteBirth, noteRemoval, listBorn, noteEvent, listStanding, tidy];

export async function createFieldTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('field_device')
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('node', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('metrics', 'text', (column) => column.notNull())
    .addColumn('born_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('field_device_key', ['site', 'device'])
    .execute();
  await db.schema
    .createTable('field_event')
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('ts', 'bigint', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('active', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('field_event_key', ['site', 'device', 'id'])
    .execute();
  await db.schema.createIndex('field_event_ts').on('field_event').column('ts').execute();
}

export const receivedEventsMigration: TableMigration = {
  id: '0006-received-events',
  async up(db) {
    await db.schema
      .alterTable('field_event')
      .addColumn('received_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    // Of events from before, their own time is all that is known.
    await sql`UPDATE field_event SET received_at = ts`.execute(db);
    await db.schema.dropIndex('field_event_ts').execute();
    await db.schema.createIndex('field_event_received_at').on('field_event').column('received_at').execute();
  },
};
