import { z } from 'zod';
import type { ChargerEvent } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, numeric, siteId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';
import { severityView, watchedPlaceView } from '../views/watched-place.ts';

const tags = ['chargers'];

const eventView = z
  .object({
    id: z.string(),
    charger: chargerId,
    site: siteId.nullable(),
    eventId: z.int().meta({ description: 'The charger’s number for it' }),
    at: timeView,
    receivedAt: timeView,
    trigger: z.enum(['alerting', 'delta', 'periodic']),
    cause: z.int().nullable().meta({ description: 'The number of the event that led to it' }),
    ...watchedPlaceView,
    value: z.string(),
    techCode: z.string().nullable(),
    techInfo: z.string().nullable(),
    cleared: z.boolean().meta({ description: 'What was reported has passed' }),
    transaction: z.string().nullable(),
    monitor: z.int().nullable(),
    severity: severityView.nullable(),
  })
  .meta({ id: 'ChargerEvent' });

const filters = {
  ...pageQuery,
  severity: numeric(z.int().min(0).max(9))
    .optional()
    .meta({ description: 'Only what is at least this severe: of this number or a lower one' }),
};

/** What chargers noticed of themselves (OCPP 2.0.1 NotifyEvent). */
export const chargerEvents: Routes = (app, desk) => {
  const { monitoring } = desk.parts.charging;

  app.get(
    '/v1/chargers/:id/events',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What a charger noticed of itself, newest first',
        params: z.strictObject({ id: chargerId }),
        querystring: z.strictObject(filters),
        response: { 200: pageView(eventView) },
      },
    },
    async (request, reply) => {
      await chargerMustExist(desk, request.params.id);
      const rows = await monitoring.events({ charger: request.params.id, ...queryOf(request.query) });
      const page = pageOf(rows, request.query.limit, (event) => event.id);
      return linkNext(request, reply, { ...page, items: page.items.map(viewEvent) });
    },
  );

  app.get(
    '/v1/charger-events',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What all chargers noticed of themselves, newest first',
        querystring: z.strictObject({ ...filters, site: siteId.optional() }),
        response: { 200: pageView(eventView) },
      },
    },
    async (request, reply) => {
      const { site } = request.query;
      const rows = await monitoring.events({ ...queryOf(request.query), ...(site === undefined ? {} : { site }) });
      const page = pageOf(rows, request.query.limit, (event) => event.id);
      return linkNext(request, reply, { ...page, items: page.items.map(viewEvent) });
    },
  );
};

function queryOf({ limit, cursor, severity }: z.output<z.ZodObject<typeof filters>>) {
  return {
    limit: limit + 1,
    ...(cursor === undefined ? {} : { before: cursor }),
    ...(severity === undefined ? {} : { severity }),
  };
}

function viewEvent(event: ChargerEvent): z.infer<typeof eventView> {
  return { ...event, at: isoTime(event.at), receivedAt: isoTime(event.receivedAt) };
}
