import { z } from 'zod';
import type { Answer } from './calls.ts';
import { setReservations, statusAt } from './charger.ts';
import { type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { type Reservation, without } from './reservation.ts';
import { zonedTime } from './tokens.ts';

const idToken = z.object({ idToken: z.string() });
const cancellation = z.object({ reservationId: z.int() });

/** Keeps an outlet free, or says why not (OCPP 1.6 §5.13; OCPP 2.0.1 use case H01). */
function reserve(controls: Controls, reservation: Reservation): Answer {
  const { charger } = controls;
  const others = without(charger.reservations, reservation.number);
  const statuses = charger.outlets
    .filter(({ evse }) => reservation.evse === null || evse === reservation.evse)
    .map((outlet) => statusAt({ ...charger, reservations: others }, outlet, controls.now()));
  if (statuses.includes('Available')) {
    return statusOnly('Accepted', () => setReservations(charger, [...others, reservation], controls.now()));
  }
  const [first] = statuses;
  if (first === undefined) return statusOnly('Rejected');
  const isDown = first === 'Faulted' || first === 'Unavailable';
  return statusOnly(isDown && statuses.every((each) => each === first) ? first : 'Occupied');
}

function cancel(controls: Controls, number: number): Answer {
  const { charger } = controls;
  if (!charger.reservations.some((each) => each.number === number)) return statusOnly('Rejected');
  return statusOnly('Accepted', () => setReservations(charger, without(charger.reservations, number), controls.now()));
}

const v16: Record<string, Handler> = {
  ReserveNow: handler(
    z.object({
      connectorId: z.int(),
      expiryDate: zonedTime,
      idTag: z.string(),
      parentIdTag: z.string().optional(),
      reservationId: z.int(),
    }),
    'FormationViolation',
    (asked, controls) =>
      reserve(controls, {
        number: asked.reservationId,
        evse: asked.connectorId === 0 ? null : asked.connectorId,
        token: asked.idTag,
        group: asked.parentIdTag ?? null,
        untilMs: asked.expiryDate,
      }),
  ),
  CancelReservation: handler(cancellation, 'FormationViolation', ({ reservationId }, controls) =>
    cancel(controls, reservationId),
  ),
};

const v201: Record<string, Handler> = {
  ReserveNow: handler(
    z.object({
      id: z.int(),
      expiryDateTime: zonedTime,
      idToken,
      evseId: z.int().optional(),
      groupIdToken: idToken.optional(),
    }),
    'FormatViolation',
    (asked, controls) =>
      reserve(controls, {
        number: asked.id,
        evse: asked.evseId ?? null,
        token: asked.idToken.idToken,
        group: asked.groupIdToken?.idToken ?? null,
        untilMs: asked.expiryDateTime,
      }),
  ),
  CancelReservation: handler(cancellation, 'FormatViolation', ({ reservationId }, controls) =>
    cancel(controls, reservationId),
  ),
};

export const reservation = { v16, v201 };
