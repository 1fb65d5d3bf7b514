import type { Selectable } from 'kysely';
import { prepared } from '#storage/prepared.ts';
import type { TransactionEvent } from './account.ts';
import type { TransactionReport } from './domain.ts';
import type { ChargingTables, Trx } from './tables.ts';

/**
 * A report as an event of its session. A session has one start and one end; what lies between is known by its number, or by
 * what it says where it has none (1.6).
 */
export function toEvent(report: TransactionReport): TransactionEvent {
  const { phase, seqNo, at, firstRegisterWh, lastRegisterWh, powerW } = report;
  const content = () => JSON.stringify([at, firstRegisterWh, lastRegisterWh, powerW]);
  return {
    key: phase === 'updated' ? (seqNo === null ? content() : String(seqNo)) : phase,
    phase,
    seqNo,
    at,
    token: report.token,
    evse: report.evse,
    connector: report.connector,
    firstRegisterWh,
    lastRegisterWh,
    powerW,
    currentA: report.currentA,
    reason: report.reason,
  };
}

type EventRow = ChargingTables['transaction_event'];

const insertEvent = prepared((trx: Trx, given: EventRow) =>
  trx
    .insertInto('transaction_event')
    .values(given)
    .onConflict((conflict) => conflict.columns(['session', 'key']).doNothing()),
);

/** Keeps an event; false when the session has it already. */
export async function addEvent(
  trx: Trx,
  { session, event, receivedAt }: { session: string; event: TransactionEvent; receivedAt: number },
): Promise<boolean> {
  const { numAffectedRows } = await insertEvent(trx, {
    session,
    key: event.key,
    phase: event.phase,
    seq_no: event.seqNo,
    at: event.at,
    received_at: receivedAt,
    token: event.token,
    evse: event.evse,
    connector: event.connector,
    first_register_wh: event.firstRegisterWh,
    last_register_wh: event.lastRegisterWh,
    power_w: event.powerW,
    current_a: event.currentA && JSON.stringify(event.currentA),
    reason: event.reason,
  });
  return numAffectedRows === 1n;
}

export async function eventsOf(trx: Trx, session: string): Promise<TransactionEvent[]> {
  const rows = await trx.selectFrom('transaction_event').selectAll().where('session', '=', session).execute();
  return rows.map(eventIn);
}

function eventIn(row: Selectable<ChargingTables['transaction_event']>): TransactionEvent {
  return {
    key: row.key,
    phase: row.phase as TransactionEvent['phase'],
    seqNo: row.seq_no,
    at: row.at,
    token: row.token,
    evse: row.evse,
    connector: row.connector,
    firstRegisterWh: row.first_register_wh,
    lastRegisterWh: row.last_register_wh,
    powerW: row.power_w,
    currentA: row.current_a === null ? null : (JSON.parse(row.current_a) as number[]),
    reason: row.reason,
  };
}
