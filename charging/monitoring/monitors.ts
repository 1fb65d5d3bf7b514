import type { Kysely, Selectable } from 'kysely';
import type { ChargingFact } from '#estate/fact.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import { aboutMonitor, passed } from './events.ts';
import type { Monitor, Monitoring, MonitoringScope, MonitorType, ReportPart } from './monitor.ts';
import { placeColumns, toPlace } from './place.ts';
import type { MonitoringTables } from './tables.ts';

type Trx = Kysely<MonitoringTables>;

interface Known {
  charger: DeviceId;
  monitors: readonly Monitor[];
  at: Millis;
}

export const setMonitors = unit('charging.setMonitors', (trx: Trx, known: Known): Promise<void> => keep(trx, known));

export const clearMonitors = unit(
  'charging.clearMonitors',
  (trx: Trx, { charger, ids, at }: { charger: DeviceId; ids: readonly number[]; at: Millis }) =>
    forget(trx, { charger, ids, at }),
);

export const scopeMonitoring = unit(
  'charging.scopeMonitoring',
  async (
    trx: Trx,
    { charger, scope, at }: { charger: DeviceId; scope: Partial<MonitoringScope>; at: Millis },
  ): Promise<ChargingFact[]> => {
    await trx
      .insertInto('charger_monitoring')
      .values({ charger, base: null, level: null, ...scope })
      .onConflict((conflict) => conflict.column('charger').doUpdateSet(scope))
      .execute();
    if (scope.base === undefined) return [];
    const all = await trx.selectFrom('charger_monitor').select('id').where('charger', '=', charger).execute();
    return forget(trx, { charger, ids: all.map(({ id }) => id), at });
  },
);

export const noteReportAsked = unit(
  'charging.noteMonitoringReport',
  async (trx: Trx, { charger, request, whole, at }: Parameters<Monitoring['reportAsked']>[0]): Promise<void> => {
    await trx.deleteFrom('monitoring_report').where('charger', '=', charger).execute();
    await trx
      .insertInto('monitoring_report')
      .values({ charger, request, whole: whole ? 1 : 0, asked_at: at, parts: '[]', last_part: null })
      .execute();
  },
);

/** Keeps what a part of a report names; with the last of a whole report, what it does not name is gone. */
export const keepReportPart = unit(
  'charging.keepMonitoringReport',
  async (trx: Trx, part: ReportPart): Promise<ChargingFact[]> => {
    const { charger, request, at } = part;
    await keep(trx, { charger, monitors: part.monitors, at, request });
    const asked = await trx
      .selectFrom('monitoring_report')
      .selectAll()
      .where('charger', '=', charger)
      .where('request', '=', request)
      .executeTakeFirst();
    if (!asked) return [];
    const parts = [...new Set([...(JSON.parse(asked.parts) as number[]), part.seqNo])].slice(-MOST_PARTS);
    const last = part.more ? asked.last_part : part.seqNo;
    await trx
      .updateTable('monitoring_report')
      .set({ parts: JSON.stringify(parts), last_part: last })
      .where('charger', '=', charger)
      .where('request', '=', request)
      .execute();
    // Numbers begin with 0; some begin with 1.
    const first = Math.min(...parts);
    const complete = last !== null && first <= 1 && parts.length === last - first + 1;
    if (!complete || asked.whole === 0) return [];
    const gone = await trx
      .selectFrom('charger_monitor')
      .select('id')
      .where('charger', '=', charger)
      .where('known_at', '<=', asked.asked_at)
      .where((is) => is.or([is('request', 'is', null), is('request', '<>', request)]))
      .execute();
    return forget(trx, { charger, ids: gone.map(({ id }) => id), at });
  },
);

const MOST_PARTS = 10_000;

export const listMonitors = unit(
  'charging.listMonitors',
  async (trx: Trx, query: Parameters<Monitoring['monitors']>[0]): Promise<Monitor[]> => {
    let select = trx.selectFrom('charger_monitor').selectAll().where('charger', '=', query.charger);
    if (query.after !== undefined) select = select.where('id', '>', query.after);
    return (await select.orderBy('id').limit(query.limit).execute()).map(toMonitor);
  },
);

export const getScope = unit(
  'charging.getMonitoringScope',
  async (trx: Trx, charger: DeviceId): Promise<MonitoringScope> => {
    const row = await trx
      .selectFrom('charger_monitoring')
      .selectAll()
      .where('charger', '=', charger)
      .executeTakeFirst();
    return { base: (row?.base ?? null) as MonitoringScope['base'], level: row?.level ?? null };
  },
);

async function keep(trx: Trx, { charger, monitors, at, request = null }: Known & { request?: number | null }) {
  for (const monitor of monitors) {
    const row = {
      ...placeColumns(monitor),
      type: monitor.type,
      value: monitor.value,
      severity: monitor.severity,
      in_transaction: monitor.inTransaction ? 1 : 0,
      known_at: at,
      request,
    };
    await trx
      .insertInto('charger_monitor')
      .values({ charger, id: monitor.id, ...row })
      .onConflict((conflict) => conflict.columns(['charger', 'id']).doUpdateSet(row))
      .execute();
  }
}

/** Nothing will ever say that what these reported has passed. */
async function forget(
  trx: Trx,
  { charger, ids, at }: { charger: DeviceId; ids: readonly number[]; at: Millis },
): Promise<ChargingFact[]> {
  if (ids.length === 0) return [];
  await trx
    .deleteFrom('charger_monitor')
    .where('charger', '=', charger)
    .where('id', 'in', [...ids])
    .execute();
  return passed(trx, { charger, about: ids.map(aboutMonitor), at });
}

function toMonitor(row: Selectable<MonitoringTables['charger_monitor']>): Monitor {
  return {
    id: row.id,
    ...toPlace(row),
    type: row.type as MonitorType,
    value: row.value,
    severity: row.severity,
    inTransaction: row.in_transaction === 1,
  };
}
