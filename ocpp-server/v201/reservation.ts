import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import type { Block } from '../block.ts';
import { inbound } from '../inbound.ts';
import { outbound } from '../outbound.ts';
import { cancelled, numberOf, reservationOf, reserving } from '../reservations.ts';
import { instant, integer, maybe, meaningOf, ordinal, text } from '../tolerant.ts';
import { groupIn, idToken, idTokenOf } from './authorization.ts';

const reserveNowRequest = z.object({
  id: integer,
  expiryDateTime: instant,
  connectorType: maybe(text),
  evseId: maybe(ordinal),
  idToken,
  groupIdToken: maybe(idToken),
});

const termsOf = (request: z.output<typeof reserveNowRequest>) => ({
  number: request.id,
  evse: request.evseId ?? null,
  connectorType: request.connectorType ?? null,
  token: request.idToken.idToken,
  group: request.groupIdToken?.idToken ?? null,
  expiresAt: request.expiryDateTime,
});

const answer = z.object({ status: text });

/** OCPP 2.0.1 use case H01. */
const reserveNow = outbound('ReserveNow', {
  request: reserveNowRequest,
  response: answer,
  asking: ({ request, ...to }) => reserving.asking(to, termsOf(request)),
  answered: ({ request, response, ...to }) => reserving.answered(to, { terms: termsOf(request), ...response }),
  unanswered: ({ request, outcome, ...to }) => reserving.unanswered(to, { number: request.id, outcome }),
});

/** OCPP 2.0.1 use case H02. */
const cancelReservation = outbound('CancelReservation', {
  request: z.object({ reservationId: integer }),
  response: answer,
  answered: ({ request, response, ...to }) => cancelled(to, { number: request.reservationId, ...response }),
});

const STATES: Record<string, 'expired' | 'removed'> = { Expired: 'expired', Removed: 'removed' };

/** OCPP 2.0.1 use case H04. Whatever it says else, the station holds it no longer. */
const reservationStatusUpdate = inbound(
  'ReservationStatusUpdate',
  z.object({ reservationId: integer, reservationUpdateStatus: text }),
  async ({ reservationId: number, reservationUpdateStatus: reason }, { charger, receivedAt: at, desk }) => {
    const state = meaningOf(STATES, reason) ?? 'removed';
    await desk.charging.reservations.changed({ charger: charger.id, number, state, reason, at });
    return {};
  },
);

export const reservation: Block = {
  inbound: [reservationStatusUpdate],
  outbound: [reserveNow, cancelReservation],
  phrases: {
    async reserve(command, moment) {
      const { token, evse, connectorType, expiresAt } = command;
      const { number, known } = await reservationOf(command, moment);
      return {
        action: 'ReserveNow',
        payload: {
          id: number,
          expiryDateTime: isoTime(expiresAt),
          idToken: idTokenOf(token, known),
          ...(connectorType === undefined ? {} : { connectorType }),
          ...(evse === undefined ? {} : { evseId: evse }),
          ...groupIn(known.group),
        },
      };
    },
    'cancel-reservation': async ({ reservation: id }, moment) => ({
      action: 'CancelReservation',
      payload: { reservationId: await numberOf(id, moment) },
    }),
  },
};
