import type { Kysely, Selectable } from 'kysely';
import type { ChargingFact } from '#estate/fact.ts';
import { DAY, type Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import type { ChargerRef } from '../domain.ts';
import type { ChargerEvent, EventReport, Monitoring, WatchedPlace } from './monitor.ts';
import { placeColumns, toPlace } from './place.ts';
import type { MonitoringTables } from './tables.ts';

type Trx = Kysely<MonitoringTables>;
type Row = Selectable<MonitoringTables['charger_event']>;

const REMEMBERED_MS = 90 * DAY;

/** Danger, failures of hardware or system, critical: what a person must see (OCPP 2.0.1 part 2 §3.46). */
const LEAST_SEVERE = 3;

/** Keeps the events that are new; tells the severe ones, and which of those before have passed. */
export const keepEvents = unit(
  'charging.keepEvents',
  async (
    trx: Trx,
    input: { charger: ChargerRef; events: readonly EventReport[]; receivedAt: Millis; stamp: string },
  ): Promise<ChargingFact[]> => {
    const facts: ChargingFact[] = [];
    for (const [index, event] of input.events.entries()) {
      const id = `${input.stamp}-${String(index).padStart(4, '0')}`;
      facts.push(...(await keepEvent(trx, { ...input, event, id })));
    }
    return facts;
  },
);

async function keepEvent(
  trx: Trx,
  { charger, event, receivedAt, id }: { charger: ChargerRef; event: EventReport; receivedAt: Millis; id: string },
): Promise<ChargingFact[]> {
  const severity = await severityOf(trx, charger.id, event.monitor);
  const alerts = event.trigger === 'alerting' && severity !== null && severity <= LEAST_SEVERE;
  const row: Row = {
    id,
    charger: charger.id,
    site: charger.site,
    key: event.said,
    about: aboutOf(event),
    event_id: event.eventId,
    at: event.at,
    received_at: receivedAt,
    trigger: event.trigger,
    cause: event.cause,
    ...placeColumns(event),
    value: event.value,
    tech_code: event.techCode,
    tech_info: event.techInfo,
    cleared: event.cleared ? 1 : 0,
    transaction: event.transaction,
    monitor: event.monitor,
    severity,
    standing: alerts && !event.cleared ? 1 : 0,
  };
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('charger_event')
    .values(row)
    .onConflict((conflict) => conflict.columns(['charger', 'key']).doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return [];
  if (row.standing === 1) return [factOf(row)];
  return event.cleared ? passed(trx, { charger: charger.id, about: [row.about], at: event.at }) : [];
}

/** What stood is over. */
export async function passed(
  trx: Trx,
  { charger, about, at }: { charger: string; about: readonly string[]; at: Millis },
): Promise<ChargingFact[]> {
  const over = await trx
    .updateTable('charger_event')
    .set({ standing: 0 })
    .where('charger', '=', charger)
    .where('about', 'in', [...about])
    .where('standing', '=', 1)
    .returningAll()
    .execute();
  const once = new Map(over.map((row) => [row.about, row]));
  return [...once.values()].map((row) => ({ ...factOf(row), at, active: false }));
}

async function severityOf(trx: Trx, charger: string, monitor: number | null): Promise<number | null> {
  if (monitor === null) return null;
  const known = await trx
    .selectFrom('charger_monitor')
    .select('severity')
    .where('charger', '=', charger)
    .where('id', '=', monitor)
    .executeTakeFirst();
  return known?.severity ?? null;
}

export function aboutMonitor(id: number): string {
  return `monitor ${id}`;
}

function aboutOf(event: EventReport): string {
  return event.monitor === null ? JSON.stringify(Object.values(placeColumns(event))) : aboutMonitor(event.monitor);
}

export const listEvents = unit(
  'charging.listEvents',
  async (trx: Trx, query: Parameters<Monitoring['events']>[0]): Promise<ChargerEvent[]> => {
    let select = trx.selectFrom('charger_event').selectAll();
    if (query.charger !== undefined) select = select.where('charger', '=', query.charger);
    if (query.site !== undefined) select = select.where('site', '=', query.site);
    if (query.severity !== undefined) select = select.where('severity', '<=', query.severity);
    if (query.before !== undefined) select = select.where('id', '<', query.before);
    return (await select.orderBy('id', 'desc').limit(query.limit).execute()).map(toEvent);
  },
);

export const listStanding = unit('charging.standingEvents', async (trx: Trx): Promise<ChargingFact[]> => {
  const rows = await trx.selectFrom('charger_event').selectAll().where('standing', '=', 1).orderBy('id').execute();
  return rows.map(factOf);
});

export const sweepEvents = unit('charging.sweepEvents', async (trx: Trx, now: Millis): Promise<void> => {
  await trx
    .deleteFrom('charger_event')
    .where('received_at', '<', now - REMEMBERED_MS)
    .where('standing', '=', 0)
    .execute();
});

function factOf(row: Row): Extract<ChargingFact, { kind: 'charger-event' }> {
  return {
    kind: 'charger-event',
    charger: row.charger,
    site: row.site,
    at: row.at,
    about: row.about,
    severity: row.severity ?? LEAST_SEVERE,
    text: [wordsFor(toPlace(row)), row.value, row.tech_info ?? row.tech_code ?? ''].filter(Boolean).join(' '),
    active: true,
  };
}

/** `EVSE 2 Connector Temperature`. */
function wordsFor({ evse, component, componentInstance, variable, variableInstance }: WatchedPlace): string {
  const place = evse === null || evse === 0 ? [] : [`EVSE ${evse}`];
  const named = component === 'EVSE' && place.length > 0 ? [] : [component, componentInstance];
  return [...place, ...named, variable, variableInstance].filter((word) => word !== null).join(' ');
}

function toEvent(row: Row): ChargerEvent {
  return {
    id: row.id,
    charger: row.charger,
    site: row.site,
    eventId: row.event_id,
    at: row.at,
    receivedAt: row.received_at,
    trigger: row.trigger as ChargerEvent['trigger'],
    cause: row.cause,
    ...toPlace(row),
    value: row.value,
    techCode: row.tech_code,
    techInfo: row.tech_info,
    cleared: row.cleared === 1,
    transaction: row.transaction,
    monitor: row.monitor,
    severity: row.severity,
  };
}
