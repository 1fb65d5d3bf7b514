import { z } from 'zod';
import type { DisplayedMessage } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, notOurs, pageOf, pageQuery, pageView } from '../pages.ts';

const messageView = z
  .object({
    id: z.int(),
    priority: z.enum(['always-front', 'in-front', 'normal-cycle']),
    state: z.string().nullable().meta({ description: 'In which state of the charger it is shown; null: in all' }),
    from: timeView.nullable(),
    to: timeView.nullable(),
    transaction: z.string().nullable(),
    format: z.string(),
    language: z.string().nullable(),
    content: z.string(),
    display: z.string().nullable(),
    evse: z.int().nullable(),
  })
  .meta({ id: 'DisplayedMessage' });

export const chargerDisplayedMessages: Routes = (app, desk) => {
  app.get(
    '/v1/chargers/:id/displayed-messages',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'What stands on the display of a charger, as far as it was set or listed',
        params: z.strictObject({ id: chargerId }),
        querystring: z.strictObject(pageQuery),
        response: { 200: pageView(messageView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      if (cursor !== undefined && !/^-?\d{1,15}$/.test(cursor)) throw notOurs();
      const charger = request.params.id;
      await chargerMustExist(desk, charger);
      const rows = await desk.parts.charging.displays.messages({
        charger,
        at: desk.ground.clock.now(),
        limit: limit + 1,
        ...(cursor === undefined ? {} : { after: Number(cursor) }),
      });
      const page = pageOf(rows, limit, ({ id }) => String(id));
      return linkNext(request, reply, { ...page, items: page.items.map(viewMessage) });
    },
  );
};

function viewMessage(message: DisplayedMessage): z.infer<typeof messageView> {
  return {
    ...message,
    from: message.from === null ? null : isoTime(message.from),
    to: message.to === null ? null : isoTime(message.to),
  };
}
