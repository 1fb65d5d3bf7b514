import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import { isoTime } from '#estate/units.ts';
import type { Block } from '../block.ts';
import { outbound } from '../outbound.ts';
import { cancelled, numberOf, reservationOf, reserving } from '../reservations.ts';
import { instant, integer, maybe, ordinal, text } from '../tolerant.ts';
import { LONGEST_TOKEN } from './authorization.ts';

const reserveNowRequest = z.object({
  connectorId: ordinal,
  expiryDate: instant,
  idTag: text,
  parentIdTag: maybe(text),
  reservationId: integer,
});

const termsOf = ({
  connectorId,
  expiryDate,
  idTag,
  parentIdTag,
  reservationId,
}: z.output<typeof reserveNowRequest>) => ({
  number: reservationId,
  evse: connectorId === 0 ? null : connectorId,
  connectorType: null,
  token: idTag,
  group: parentIdTag ?? null,
  expiresAt: expiryDate,
});

const answer = z.object({ status: text });

/** OCPP 1.6 §5.13. Connector 0 is whichever is free. */
const reserveNow = outbound('ReserveNow', {
  request: reserveNowRequest,
  response: answer,
  asking: ({ request, ...to }) => reserving.asking(to, termsOf(request)),
  answered: ({ request, response, ...to }) => reserving.answered(to, { terms: termsOf(request), ...response }),
  unanswered: ({ request, outcome, ...to }) => reserving.unanswered(to, { number: request.reservationId, outcome }),
});

/** OCPP 1.6 §5.3. */
const cancelReservation = outbound('CancelReservation', {
  request: z.object({ reservationId: integer }),
  response: answer,
  answered: ({ request, response, ...to }) => cancelled(to, { number: request.reservationId, ...response }),
});

export const reservation: Block = {
  inbound: [],
  outbound: [reserveNow, cancelReservation],
  phrases: {
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
    'cancel-reservation': async ({ reservation: id }, moment) => ({
      action: 'CancelReservation',
      payload: { reservationId: await numberOf(id, moment) },
    }),
  },
};
