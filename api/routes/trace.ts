import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import type { TracedFrame } from '#ocpp-server/index.ts';
import type { Routes } from '../desk.ts';
import { chargerId, numeric, timeView } from '../fields.ts';

const frameView = z
  .object({
    position: z.int(),
    at: timeView,
    charger: chargerId,
    direction: z.enum(['in', 'out']),
    protocol: z.string(),
    frame: z.string(),
  })
  .meta({ id: 'Frame' });

export const trace: Routes = (app, { stores }) => {
  app.get(
    '/v1/trace',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['chargers'],
        summary: 'The OCPP messages of all chargers, oldest first, to be recorded',
        querystring: z.strictObject({
          after: numeric(z.int().min(0)).default(0).meta({ description: 'A position; 0: from the beginning' }),
          limit: numeric(z.int().min(1).max(5_000)).default(1_000),
        }),
        response: {
          200: z.object({
            items: z.array(frameView),
            next: z.int().nullable().meta({ description: 'What to send as `after` for more; null: that was all' }),
          }),
        },
      },
    },
    async ({ query }) => {
      const entries = await stores.journal.read('frames', query);
      const items = entries.map(({ position, key, ts, body }) => {
        const traced = JSON.parse(body) as TracedFrame;
        return { position, at: isoTime(ts), charger: key, ...traced };
      });
      return { items, next: items.length === query.limit ? (items.at(-1)?.position ?? null) : null };
    },
  );
};
