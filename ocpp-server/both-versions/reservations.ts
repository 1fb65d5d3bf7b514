import { z } from 'zod';
import type { AskedReservation, Authorisation } from '#charging/index.ts';
import type { CommandOutcome } from '#estate/command.ts';
import { PolisError } from '#estate/errors.ts';
import type { Commands, Moment, Phrases } from '../messages/block.ts';
import { outbound, type Addressee } from '../messages/outbound.ts';
import { integer, text } from '../messages/tolerant.ts';

/** What both versions have in common about reservations. */

const LARGEST_NUMBER = 2 ** 31 - 1;

/** What a charger is to reserve, with its number and the token's own group and type. */
export async function reservationOf(
  { token, expiresAt, number }: Commands['reserve'],
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

type Terms = Omit<AskedReservation, 'charger' | 'at'>;

/** The sequel of ReserveNow, by whatever words the charger was asked. */
export function reserves<Request extends z.ZodType<Terms>>(request: Request) {
  return {
    request,
    response: answer,
    asking({ request: terms, charger, desk, at }: Addressee & { request: Terms }) {
      return desk.charging.reservations.asked({ ...terms, charger, at });
    },
    async answered({ request: terms, response: { status }, charger, desk, at }: Answered) {
      const { reservations } = desk.charging;
      if (status === 'Accepted') return reservations.accepted({ ...terms, charger, at });
      const { number } = terms;
      return reservations.changed({ charger: charger.id, number, state: 'refused', reason: status, at });
    },
    /** It may hold what it never confirmed. */
    unanswered({ request, outcome, charger, desk, at }: Addressee & { request: Terms; outcome: CommandOutcome }) {
      const state = outcome === 'timed-out' || outcome === 'unknown' ? 'unknown' : 'refused';
      const { number } = request;
      return desk.charging.reservations.changed({ charger: charger.id, number, state, reason: outcome, at });
    },
  };
}

const answer = z.object({ status: text });

type Answered = Addressee & { request: Terms; response: z.output<typeof answer> };

/** A charger rejects to cancel what it does not hold (OCPP 1.6 §5.3; OCPP 2.0.1 use case H02). */
export const cancelReservation = outbound('CancelReservation', {
  request: z.object({ reservationId: integer }),
  response: answer,
  answered({ request: { reservationId: number }, response: { status }, charger, desk, at }) {
    const change =
      status === 'Accepted'
        ? { state: 'cancelled' as const }
        : { state: 'removed' as const, reason: 'the charger did not hold it' };
    return desk.charging.reservations.changed({ charger: charger.id, number, ...change, at });
  },
});

export const cancellingReservation: Phrases = {
  'cancel-reservation': async ({ reservation: id }, moment) => ({
    action: 'CancelReservation',
    payload: { reservationId: await numberOf(id, moment) },
  }),
};

/** The charger's number of a reservation. */
async function numberOf(id: string, { charger, charging }: Moment): Promise<number> {
  const reservation = await charging.reservations.get(id);
  if (reservation?.charger === charger.id) return reservation.number;
  throw new PolisError('not-found', `${charger.id} has no reservation ${id}.`);
}
