import { z } from 'zod';
import { instant, metricName, numeric, siteId } from '../fields.ts';
import type { Routes } from '../desk.ts';
import { rangeOf } from '../range.ts';

/** A device, or an EVSE as `{charger}:{evse}`. */
const seriesDevice = z.string().regex(/^[A-Za-z0-9*\-_=:+|@.]{1,56}$/, 'A device id, or {charger}:{evse}.');

export const series: Routes = (app, { stores, ground }) => {
  app.get(
    '/v1/series',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['devices'],
        summary: 'What a device measured, as points or by step; the last day unless told',
        querystring: z.strictObject({
          device: seriesDevice,
          metric: metricName,
          site: siteId.optional().meta({ description: 'Where the id is not unique' }),
          from: instant.optional(),
          to: instant.optional(),
          step: numeric(z.int().min(1).max(31_622_400)).optional().meta({ description: 's; absent: raw points' }),
          aggregate: z.enum(['mean', 'min', 'max', 'sum', 'last', 'count']).optional(),
        }),
        response: {
          200: z.object({
            points: z.array(z.tuple([z.int(), z.number()])).meta({ description: '[ms since 1970, value]' }),
          }),
        },
      },
    },
    async ({ query }) => {
      const { device, metric, site, aggregate } = query;
      const { from, to, step } = rangeOf(query, ground.clock.now());
      const [found] = await stores.series.query({
        devices: [device],
        metric,
        from,
        to,
        ...(site === undefined ? {} : { site }),
        ...(step === 0 ? {} : { step, aggregate: aggregate ?? 'mean' }),
      });
      return { points: found?.points ?? [] };
    },
  );
};
