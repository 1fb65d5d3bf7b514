import { z } from 'zod';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { encodeCursor, linkNext, notOurs, pageQuery, pageView } from '../pages.ts';
import { pairFrames } from '../pair-frames.ts';

/** So far before a page the call of its oldest answer is looked for. */
const LOOK_BACK = 50;

const messageView = z
  .object({
    position: z.int(),
    at: timeView,
    direction: z.enum(['in', 'out']),
    protocol: z.string(),
    kind: z.enum(['call', 'result', 'error', 'malformed']),
    messageId: z.string().nullable(),
    action: z.string().nullable().meta({ description: 'Of an answer too: that of its call' }),
    payload: z.unknown(),
    frame: z.string().meta({ description: 'The raw text, as it went over the wire' }),
    latencyMs: z.number().nullable(),
  })
  .meta({ id: 'OcppMessage' });

export const chargerMessages: Routes = (app, { stores }) => {
  app.get(
    '/v1/chargers/:id/messages',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'The OCPP messages of a charger, newest first, each answer with its call',
        params: z.strictObject({ id: chargerId }),
        querystring: z.strictObject(pageQuery),
        response: { 200: pageView(messageView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw notOurs();
      await chargerMustExist({ stores }, request.params.id);
      const entries = await stores.journal.recent('frames', {
        key: request.params.id,
        limit: limit + LOOK_BACK,
        ...(cursor === undefined ? {} : { before: Number(cursor) }),
      });
      const items = pairFrames(entries).slice(0, limit);
      const last = items.at(-1);
      const next = entries.length > limit && last ? encodeCursor(String(last.position)) : null;
      return linkNext(request, reply, { items, next });
    },
  );
};
