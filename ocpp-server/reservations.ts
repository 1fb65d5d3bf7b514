import { PolisError } from '#estate/errors.ts';
import type { AskedReservation, Authorisation } from '#charging/index.ts';
import type { CommandOutcome } from '#estate/command.ts';
import type { Commands, Moment } from './block.ts';
import type { Addressee } from './outbound.ts';

/** What both versions have in common about reservations. */

const LARGEST_NUMBER = 2 ** 31 - 1;

export type ReserveCommand = Commands['reserve'];

/** What a charger is to reserve, with its number and the token's own group and type. */
export async function reservationOf(
  { token, expiresAt, number }: ReserveCommand,
  { now, random, charging }: Moment,
): Promise<{ number: number; known: Authorisation }> {
  if (expiresAt <= now) throw new PolisError('invalid', 'A reservation ends in the future; give a later expiresAt.');
  const known = await charging.authorize(token, now);
  if (known.status !== 'accepted' || known.master) {
    const what = known.master ? 'starts no session' : `is ${known.status}`;
    throw new PolisError('conflict', `The token ${token} ${what}: nothing is reserved for it.`);
  }
  return { number: number ?? random.int(1, LARGEST_NUMBER), known };
}

/** The charger's number of a reservation that is to be cancelled. */
export async function numberOf(id: string, { charger, charging }: Moment): Promise<number> {
  const reservation = await charging.reservations.get(id);
  if (reservation?.charger === charger.id) return reservation.number;
  throw new PolisError('not-found', `${charger.id} has no reservation ${id}.`);
}

type Terms = Omit<AskedReservation, 'charger' | 'at'>;

/** Follows what is asked of a charger, by whatever words, to its answer. */
export const reserving = {
  asking: ({ charger, desk, at }: Addressee, terms: Terms) =>
    desk.charging.reservations.asked({ ...terms, charger, at }),
  async answered({ charger, desk, at }: Addressee, { terms, status }: { terms: Terms; status: string }) {
    const { reservations } = desk.charging;
    if (status === 'Accepted') return reservations.accepted({ ...terms, charger, at });
    const { number } = terms;
    return reservations.changed({ charger: charger.id, number, state: 'refused', reason: status, at });
  },
  /** It may hold what it never confirmed. */
  unanswered({ charger, desk, at }: Addressee, { number, outcome }: { number: number; outcome: CommandOutcome }) {
    const state = outcome === 'timed-out' || outcome === 'unknown' ? 'unknown' : 'refused';
    return desk.charging.reservations.changed({ charger: charger.id, number, state, reason: outcome, at });
  },
};

/** A charger rejects to cancel what it does not hold (OCPP 1.6 §5.3; OCPP 2.0.1 use case H02). */
export function cancelled({ charger, desk, at }: Addressee, { number, status }: { number: number; status: string }) {
  const change =
    status === 'Accepted'
      ? { state: 'cancelled' as const }
      : { state: 'removed' as const, reason: 'the charger did not hold it' };
  return desk.charging.reservations.changed({ charger: charger.id, number, ...change, at });
}
