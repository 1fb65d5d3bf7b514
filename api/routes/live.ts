import { z } from 'zod';
import type { Routes } from '../desk.ts';
import { eventStreamView } from '../event-stream.ts';
import { siteId } from '../fields.ts';

export const live: Routes = (app, desk) => {
  app.get(
    '/v1/live',
    {
      // A stream has no end to be told the head of.
      exposeHeadRoute: false,
      config: { access: 'viewer' },
      schema: {
        tags: ['live'],
        summary: 'What happens, as it happens',
        description:
          'Of the readings of a site one a second is sent. With `Last-Event-ID` it goes on where it was; an event `gap` says that more was missed than is kept.',
        querystring: z.strictObject({ site: siteId.optional() }),
        headers: z.looseObject({ 'last-event-id': z.string().max(32).optional() }),
        response: { 200: eventStreamView('`event: fact`, data: Fact') },
      },
    },
    async (request, reply) => {
      const lastId = Number(request.headers['last-event-id']);
      desk.live.follow(desk.streams.open(reply), {
        site: request.query.site,
        lastId: Number.isSafeInteger(lastId) ? lastId : undefined,
      });
      return reply;
    },
  );
};
