import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import { isoTime } from '#estate/units.ts';
import { cancelReservation, cancellingReservation, reservationOf, reserves } from '../both-versions/reservations.ts';
import type { Block } from '../messages/block.ts';
import { outbound } from '../messages/outbound.ts';
import { instant, integer, maybe, ordinal, text } from '../messages/tolerant.ts';
import { LONGEST_TOKEN } from './authorization.ts';

/** OCPP 1.6 §5.13. Connector 0 is whichever is free. */
const reserveNow = z
  .object({
    connectorId: ordinal,
    expiryDate: instant,
    idTag: text,
    parentIdTag: maybe(text),
    reservationId: integer,
  })
  .transform((request) => ({
    number: request.reservationId,
    evse: request.connectorId === 0 ? null : request.connectorId,
    connectorType: null,
    token: request.idTag,
    group: request.parentIdTag ?? null,
    expiresAt: request.expiryDate,
  }));

export const reservation: Block = {
  inbound: [],
  outbound: [outbound('ReserveNow', reserves(reserveNow)), cancelReservation],
  phrases: {
    ...cancellingReservation,
    async reserve(command, moment) {
      if (command.connectorType !== undefined) {
        throw new PolisError(
          'invalid',
          'An OCPP 1.6 charger is asked for a connector by its number; leave out the type.',
        );
      }
      const { number, known } = await reservationOf(command, moment);
      const { group } = known;
      return {
        action: 'ReserveNow',
        payload: {
          connectorId: command.evse ?? 0,
          expiryDate: isoTime(command.expiresAt),
          idTag: command.token,
          ...(group === null || group.length > LONGEST_TOKEN ? {} : { parentIdTag: group }),
          reservationId: number,
        },
      };
    },
  },
};
