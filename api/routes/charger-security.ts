import { z } from 'zod';
import type { SecurityEvent } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Desk, Routes } from '../desk.ts';
import { chargerId, siteId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';
import { commandResultView } from '../views/command.ts';

const tags = ['chargers'];
const params = z.strictObject({ id: chargerId });
const querystring = z.strictObject(pageQuery);

const securityEventView = z
  .object({
    id: z.string(),
    charger: chargerId,
    site: siteId.nullable(),
    kind: z.string().meta({ description: 'In OCPP’s words, or one of the server’s own' }),
    at: timeView.meta({ description: 'By the clock of whoever saw it' }),
    receivedAt: timeView,
    text: z.string(),
    source: z.enum(['charger', 'server']),
    critical: z.boolean().meta({ description: 'It raised an alarm' }),
  })
  .meta({ id: 'SecurityEvent' });

/** The secrets of chargers, and what bears on their security. */
export const chargerSecurity: Routes = (app, desk) => {
  app.post(
    '/v1/chargers/:id/secret',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Give a connected charger a new secret; the one before holds until the new one was used',
        params,
        response: { 200: commandResultView },
      },
    },
    async ({ params: { id } }) => {
      await chargerMustExist(desk, id);
      return desk.parts.ocpp.command(id, { command: 'rotate-password' });
    },
  );

  app.get(
    '/v1/chargers/:id/security-events',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What bears on the security of a charger, newest first',
        params,
        querystring,
        response: { 200: pageView(securityEventView) },
      },
    },
    async (request, reply) => {
      await chargerMustExist(desk, request.params.id);
      return linkNext(request, reply, await eventsOf(desk, { charger: request.params.id, ...request.query }));
    },
  );

  app.get(
    '/v1/security-events',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What bears on the security of all chargers, newest first',
        querystring,
        response: { 200: pageView(securityEventView) },
      },
    },
    async (request, reply) => linkNext(request, reply, await eventsOf(desk, request.query)),
  );
};

async function eventsOf(
  { parts }: Desk,
  { charger, limit, cursor }: { charger?: string; limit: number; cursor?: string | undefined },
) {
  const rows = await parts.charging.securityEvents.list({
    limit: limit + 1,
    ...(charger === undefined ? {} : { charger }),
    ...(cursor === undefined ? {} : { before: cursor }),
  });
  const page = pageOf(rows, limit, (row) => row.id);
  return { ...page, items: page.items.map(view) };
}

function view(event: SecurityEvent): z.input<typeof securityEventView> {
  return { ...event, at: isoTime(event.at), receivedAt: isoTime(event.receivedAt) };
}
