import { z } from 'zod';
import type { Routes } from '../desk.ts';
import { chargerId } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, notOurs, pageOf, pageQuery, pageView } from '../pages.ts';
import { severityView, watchedPlaceView } from '../views/watched-place.ts';

const monitorView = z
  .object({
    id: z.int().meta({ description: 'The charger’s number for it' }),
    ...watchedPlaceView,
    type: z.enum(['upper-threshold', 'lower-threshold', 'delta', 'periodic', 'periodic-clock-aligned']),
    value: z.number().meta({ description: 'The threshold or the change; of a periodic one the period, s' }),
    severity: severityView,
    inTransaction: z.boolean(),
  })
  .meta({ id: 'ChargerMonitor' });

const monitorsView = pageView(monitorView).extend({
  base: z
    .enum(['all', 'factory-default', 'hard-wired-only'])
    .nullable()
    .meta({ description: 'As it was last set; null: as the charger came' }),
  level: severityView.nullable().meta({ description: 'It reports what is at least this severe' }),
});

export const chargerMonitors: Routes = (app, desk) => {
  app.get(
    '/v1/chargers/:id/monitors',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'What a charger watches, as far as it was set or reported',
        params: z.strictObject({ id: chargerId }),
        querystring: z.strictObject(pageQuery),
        response: { 200: monitorsView },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      if (cursor !== undefined && !/^-?\d{1,15}$/.test(cursor)) throw notOurs();
      const charger = request.params.id;
      await chargerMustExist(desk, charger);
      const { monitoring } = desk.parts.charging;
      const [scope, rows] = await Promise.all([
        monitoring.scope(charger),
        monitoring.monitors({
          charger,
          limit: limit + 1,
          ...(cursor === undefined ? {} : { after: Number(cursor) }),
        }),
      ]);
      return {
        ...scope,
        ...linkNext(
          request,
          reply,
          pageOf(rows, limit, ({ id }) => String(id)),
        ),
      };
    },
  );
};
