import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { prepared } from '#storage/prepared.ts';
import type { TransactionReport } from '../domain.ts';
import type { Trx } from '../tables.ts';
import { tokenKey } from '../tokens.ts';
import { findByNumber, moveReservation } from './reservations.ts';

interface Claim {
  report: TransactionReport;
  session: string;
  /** Of the token that was shown. */
  group: string | null;
}

/**
 * Marks the reservation as used that a report answers: the one that it names, else the one that its token or the token's
 * group holds there; not every charger says. Gives the doubt, if the EVSE was held free for another.
 */
export async function claimReservation(
  trx: Trx,
  { report, session, group }: Claim,
): Promise<'foreign-reservation' | null> {
  const { charger, reservation: number, token, evse, at, receivedAt } = report;
  const named = number == null ? undefined : await findByNumber(trx, charger.id, number);
  if (named) await moveReservation(trx, named, { state: 'used', session, at: receivedAt });
  if (named || token === null || report.phase === 'ended') return null;

  const held = (await heldAt(trx, { charger: charger.id, at })).rows;
  const here = held.filter((row) => row.evse === null || evse === null || row.evse === evse);
  const own = here.filter(
    (row) => row.token_key === tokenKey(token) || (row.token_group !== null && row.token_group === group),
  );
  const meant = own.find((row) => row.evse === evse) ?? own[0];
  if (meant) {
    await moveReservation(trx, meant, { state: 'used', session, at: receivedAt });
    return null;
  }
  return here.some((row) => row.evse === evse && row.state === 'active') ? 'foreign-reservation' : null;
}

const heldAt = prepared((trx: Trx, given: { charger: DeviceId; at: Millis }) =>
  trx
    .selectFrom('reservation')
    .selectAll()
    .where('charger', '=', given.charger)
    .where('state', 'in', ['active', 'unknown', 'expired'])
    .where('expires_at', '>', given.at)
    .where('created_at', '<=', given.at)
    .orderBy('expires_at'),
);
