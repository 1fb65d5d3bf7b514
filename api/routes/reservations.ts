import { z } from 'zod';
import { RESERVATION_STATES, type Reservation } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import { isoTime } from '#estate/units.ts';
import type { Desk, Routes } from '../desk.ts';
import { chargerId, instant, sessionId, siteId, timeView, tokenText } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';

const tags = ['reservations'];
const params = z.strictObject({ id: sessionId });
const state = z.enum(RESERVATION_STATES);
const LARGEST_NUMBER = 2 ** 31 - 1;

const reservationView = z
  .object({
    id: sessionId,
    charger: chargerId,
    site: siteId.nullable(),
    number: z.int().meta({ description: 'As the charger knows it' }),
    evse: z.int().nullable().meta({ description: 'Null: whichever is free' }),
    connectorType: z.string().nullable(),
    token: z.string(),
    group: z.string().nullable(),
    expiresAt: timeView,
    state,
    session: sessionId.nullable().meta({ description: 'The session that used it' }),
    createdAt: timeView,
    history: z.array(z.object({ state, at: timeView, reason: z.string().nullable() })),
  })
  .meta({ id: 'Reservation' });

const body = z.strictObject({
  charger: chargerId,
  evse: z.int().min(1).max(1_000).optional().meta({ description: 'Absent: whichever is free' }),
  connectorType: z.string().max(20).optional().meta({ description: 'As OCPP 2.0.1 names them; 1.6 cannot say it' }),
  token: tokenText.meta({ description: 'For whom; its group may use it too' }),
  expiresAt: instant,
});

export const reservations: Routes = (app, desk) => {
  show(app, desk);
  make(app, desk);
  cancel(app, desk);
};

const show: Routes = (app, desk) => {
  const { charging } = desk.parts;
  app.get(
    '/v1/reservations',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Reservations, newest first',
        querystring: z.strictObject({ ...pageQuery, charger: chargerId.optional(), state: state.optional() }),
        response: { 200: pageView(reservationView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor, charger, state: only } = request.query;
      const rows = await charging.reservations.list({
        limit: limit + 1,
        ...(cursor === undefined ? {} : { before: cursor }),
        ...(charger === undefined ? {} : { charger }),
        ...(only === undefined ? {} : { state: only }),
      });
      const page = pageOf(rows, limit, (row) => row.id);
      return linkNext(request, reply, { ...page, items: page.items.map(viewReservation) });
    },
  );

  app.get(
    '/v1/reservations/:id',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'A reservation', params, response: { 200: reservationView } },
    },
    async ({ params: { id } }) => viewReservation(await reservationOf(desk, id)),
  );
};

const make: Routes = (app, desk) => {
  const { charging, ocpp } = desk.parts;
  app.post(
    '/v1/reservations',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Keep an EVSE free for a token; answers once the charger did, by the state',
        body,
        response: { 201: reservationView },
      },
    },
    async (request, reply) => {
      const { charger, token, expiresAt, evse, connectorType } = request.body;
      await chargerMustExist(desk, charger);
      const number = desk.ground.random.int(1, LARGEST_NUMBER);
      await ocpp.command(charger, {
        command: 'reserve',
        token,
        expiresAt,
        number,
        ...(evse === undefined ? {} : { evse }),
        ...(connectorType === undefined ? {} : { connectorType }),
      });
      const made = await charging.reservations.ofNumber(charger, number);
      if (!made) throw new PolisError('internal', 'The reservation was asked for and is not there.');
      return reply.code(201).header('location', `/v1/reservations/${made.id}`).send(viewReservation(made));
    },
  );
};

const cancel: Routes = (app, desk) => {
  app.delete(
    '/v1/reservations/:id',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Cancel a reservation; answers once the charger did, by the state',
        params,
        response: { 200: reservationView },
      },
    },
    async ({ params: { id } }) => {
      const { charger, state: now } = await reservationOf(desk, id);
      if (!OPEN.has(now))
        throw new PolisError('conflict', `The reservation ${id} is ${now}: nothing is to be cancelled.`);
      await desk.parts.ocpp.command(charger, { command: 'cancel-reservation', reservation: id });
      return viewReservation(await reservationOf(desk, id));
    },
  );
};

/** What a charger may still hold. */
const OPEN: ReadonlySet<Reservation['state']> = new Set(['requested', 'active', 'unknown']);

async function reservationOf({ parts }: Desk, id: string): Promise<Reservation> {
  const reservation = await parts.charging.reservations.get(id);
  if (!reservation) throw new PolisError('not-found', `There is no reservation ${id}.`);
  return reservation;
}

function viewReservation(reservation: Reservation): z.infer<typeof reservationView> {
  return {
    ...reservation,
    expiresAt: isoTime(reservation.expiresAt),
    createdAt: isoTime(reservation.createdAt),
    history: reservation.history.map((step) => ({ ...step, at: isoTime(step.at) })),
  };
}
