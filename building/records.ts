import type { Kysely } from 'kysely';
import type { Alarm, AlarmPriority } from '#estate/alarm.ts';
import type { SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit, type RecordsModule } from '#storage/records.ts';
import type { PowerDecision } from './share.ts';

/** What the building remembers: its alarms with their history, and the last decision on each site's power. */
export interface BuildingTables {
  alarm: {
    id: string;
    since: number;
    cause: string;
    site: string | null;
    device: string;
    priority: string;
    text: string;
    action: string;
    cleared_at: number | null;
  };
  power_decision: { site: string; at: number; decision: string };
}

type Trx = Kysely<BuildingTables>;

/** Raises an alarm, or brings the words of an active one up to date. Tells whether it is new. */
export const raiseAlarm = unit('building.raiseAlarm', async (trx: Trx, alarm: Alarm): Promise<{ raised: boolean }> => {
  const { id, since, cause, site, device, priority, text, action } = alarm;
  const active = await trx
    .updateTable('alarm')
    .set({ priority, text, action })
    .where('id', '=', id)
    .where('cleared_at', 'is', null)
    .executeTakeFirst();
  if (active.numUpdatedRows > 0n) return { raised: false };
  await trx
    .insertInto('alarm')
    .values({ id, since, cause, site, device, priority, text, action, cleared_at: null })
    .onConflict((conflict) => conflict.columns(['id', 'since']).doUpdateSet({ text, action, cleared_at: null }))
    .execute();
  return { raised: true };
});

/** Clears an alarm. Tells whether it was active. */
export const clearAlarm = unit(
  'building.clearAlarm',
  async (trx: Trx, input: { id: string; at: Millis }): Promise<{ cleared: boolean }> => {
    const { numUpdatedRows } = await trx
      .updateTable('alarm')
      .set({ cleared_at: input.at })
      .where('id', '=', input.id)
      .where('cleared_at', 'is', null)
      .executeTakeFirst();
    return { cleared: numUpdatedRows > 0n };
  },
);

/** Newest first. */
export const listAlarms = unit(
  'building.listAlarms',
  async (trx: Trx, query: { site?: SiteId; active?: boolean; limit: number }): Promise<Alarm[]> => {
    let select = trx.selectFrom('alarm').selectAll();
    if (query.site !== undefined) select = select.where('site', '=', query.site);
    if (query.active !== undefined) select = select.where('cleared_at', query.active ? 'is' : 'is not', null);
    const rows = await select.orderBy('since', 'desc').orderBy('id').limit(query.limit).execute();
    return rows.map(toAlarm);
  },
);

export const putDecision = unit('building.putDecision', async (trx: Trx, decision: PowerDecision): Promise<void> => {
  const row = { at: decision.at, decision: JSON.stringify(decision) };
  await trx
    .insertInto('power_decision')
    .values({ site: decision.site, ...row })
    .onConflict((conflict) => conflict.column('site').doUpdateSet(row))
    .execute();
});

export const listDecisions = unit('building.listDecisions', async (trx: Trx): Promise<PowerDecision[]> => {
  const rows = await trx.selectFrom('power_decision').select('decision').orderBy('site').execute();
  return rows.map(({ decision }) => JSON.parse(decision) as PowerDecision);
});

function toAlarm(row: BuildingTables['alarm']): Alarm {
  const { cleared_at: clearedAt, priority, ...rest } = row;
  return { ...rest, priority: priority as AlarmPriority, clearedAt };
}

export const records: RecordsModule = {
  room: 'building',
  units: [raiseAlarm, clearAlarm, listAlarms, putDecision, listDecisions],
  migrations: [
    {
      id: '0001-alarms-and-decisions',
      async up(db) {
        await db.schema
          .createTable('alarm')
          .addColumn('id', 'text', (column) => column.notNull())
          .addColumn('since', 'bigint', (column) => column.notNull())
          .addColumn('cause', 'text', (column) => column.notNull())
          .addColumn('site', 'text')
          .addColumn('device', 'text', (column) => column.notNull())
          .addColumn('priority', 'text', (column) => column.notNull())
          .addColumn('text', 'text', (column) => column.notNull())
          .addColumn('action', 'text', (column) => column.notNull())
          .addColumn('cleared_at', 'bigint')
          .addPrimaryKeyConstraint('alarm_key', ['id', 'since'])
          .execute();
        await db.schema.createIndex('alarm_since').on('alarm').columns(['since', 'id']).execute();
        await db.schema.createIndex('alarm_site').on('alarm').columns(['site', 'since']).execute();
        await db.schema
          .createTable('power_decision')
          .addColumn('site', 'text', (column) => column.primaryKey())
          .addColumn('at', 'bigint', (column) => column.notNull())
          .addColumn('decision', 'text', (column) => column.notNull())
          .execute();
      },
    },
  ],
};
