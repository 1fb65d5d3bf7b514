import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import { cancelReservation, cancellingReservation, reservationOf, reserves } from '../both-versions/reservations.ts';
import type { Block } from '../messages/block.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { instant, integer, maybe, meaningOf, ordinal, text } from '../messages/tolerant.ts';
import { groupIn, idToken, idTokenOf } from './authorization.ts';

/** OCPP 2.0.1 use case H01. */
const reserveNow = z
  .object({
    id: integer,
    expiryDateTime: instant,
    connectorType: maybe(text),
    evseId: maybe(ordinal),
    idToken,
    groupIdToken: maybe(idToken),
  })
  .transform((request) => ({
    number: request.id,
    evse: request.evseId ?? null,
    connectorType: request.connectorType ?? null,
    token: request.idToken.idToken,
    group: request.groupIdToken?.idToken ?? null,
    expiresAt: request.expiryDateTime,
  }));

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
  outbound: [outbound('ReserveNow', reserves(reserveNow)), cancelReservation],
  phrases: {
    ...cancellingReservation,
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
  },
};
