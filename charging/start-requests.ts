import type { DeviceId } from '#estate/ids.ts';
import { prepared } from '#storage/prepared.ts';
import { unit } from '#storage/records.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import type { ChargingFact } from '#estate/fact.ts';
import type { StartRequest, TransactionReport } from './domain.ts';
import { renameDoubts } from './reconciliation/doubt-rows.ts';
import { sessionFact } from './sessions.ts';
import { tokenKey } from './tokens.ts';
import type { Trx } from './tables.ts';

/** For how long a charger may take to begin what it was asked for. */
const PATIENCE_MS = 10 * MINUTE;

/** Notes a start that is about to be sent: a row that the session, once begun, takes over with its id. */
export const noteStart = unit('charging.noteStart', async (trx: Trx, request: StartRequest): Promise<void> => {
  await trx
    .insertInto('charging_session')
    .values({
      id: request.id,
      charger: request.charger.id,
      site: request.charger.site,
      transaction: '',
      start_key: `request:${request.id}`,
      protocol: request.protocol,
      evse: request.evse,
      connector: request.connector,
      token: request.token,
      token_key: tokenKey(request.token),
      token_doubt: null,
      state: 'starting',
      started_at: request.at,
      ended_at: null,
      energy_wh: 0,
      power_w: null,
      measured_at: null,
      reason: null,
      doubts: '[]',
      account: null,
      synthetic: request.charger.synthetic ? 1 : 0,
      heard_at: null,
      settlement: null,
      sealed: 0,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
});

/** Marks a start as failed; nothing changes once the charger began. */
export const failStart = unit(
  'charging.failStart',
  async (trx: Trx, input: { id: string; reason: string; at: Millis }): Promise<ChargingFact[]> => {
    const failed = await trx
      .updateTable('charging_session')
      .set({ state: 'failed', reason: input.reason, ended_at: input.at })
      .where('id', '=', input.id)
      .where('state', '=', 'starting')
      .returningAll()
      .execute();
    return failed.map((row) => sessionFact('session-ended', row, input.at));
  },
);

/** Fails each start that was asked for more than ten minutes ago and never began. */
export const lapseStarts = unit('charging.lapseStarts', async (trx: Trx, at: Millis): Promise<ChargingFact[]> => {
  const failed = await trx
    .updateTable('charging_session')
    .set({ state: 'failed', reason: 'the charger did not begin', ended_at: at })
    .where('state', '=', 'starting')
    .where('started_at', '<', at - PATIENCE_MS)
    .returningAll()
    .execute();
  return failed.map((row) => sessionFact('session-ended', row, at));
});

/**
 * The id of the start that a new transaction answers: the newest one for its charger, EVSE and token. A charger that
 * begins late, after the start was given up, is still answering it.
 */
export async function answeredStart(trx: Trx, report: TransactionReport): Promise<string | null> {
  if (report.token === null) return null;
  const { charger, evse, receivedAt } = report;
  const asked = { charger: charger.id, tokenKey: tokenKey(report.token), since: receivedAt - PATIENCE_MS };
  const { rows } = await unanswered(trx, asked);
  return rows.find((row) => evse === null || row.evse === evse)?.id ?? null;
}

/** The newest first. */
const unanswered = prepared((trx: Trx, given: { charger: DeviceId; tokenKey: string; since: Millis }) =>
  trx
    .selectFrom('charging_session')
    .select(['id', 'evse'])
    .where('token_key', '=', given.tokenKey)
    .where('state', 'in', ['starting', 'failed'])
    .where('charger', '=', given.charger)
    .where('started_at', '>=', given.since)
    .orderBy('started_at', 'desc'),
);

/**
 * Gives a session the id of the start that it turned out to answer: the car was plugged in before, so that its transaction
 * began without a token (OCPP 2.0.1 E, TxStartPoint EVConnected).
 */
export async function renameSession(trx: Trx, { from, to }: { from: string; to: string }): Promise<void> {
  await trx.deleteFrom('charging_session').where('id', '=', to).execute();
  await trx.updateTable('charging_session').set({ id: to }).where('id', '=', from).execute();
  await trx.updateTable('transaction_event').set({ session: to }).where('session', '=', from).execute();
  await renameDoubts(trx, { from, to });
}
