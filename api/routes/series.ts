import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import { duration, instant, metricName, siteId } from '../fields.ts';
import type { Routes } from '../desk.ts';
import { rangeOf } from '../range.ts';

/** A device, or an EVSE as `{charger}:{evse}`. */
const seriesDevice = z.string().regex(/^[A-Za-z0-9*\-_=:+|@.]{1,56}$/, 'A device id, or {charger}:{evse}.');

const MOST_POINTS = 50_000;

export const series: Routes = (app, { stores, parts, ground }) => {
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
          step: duration.optional().meta({ description: 'Seconds, or with a unit: 15m, 1h; absent: raw points' }),
          aggregate: z
            .enum(['mean', 'min', 'max', 'sum', 'last', 'count'])
            .optional()
            .meta({ description: 'How the values of a step become one; mean unless told' }),
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
      if (aggregate !== undefined && step === 0) {
        throw new PolisError(
          'invalid',
          'query/aggregate: it takes a step too; without one the points come as they are.',
        );
      }
      await parts.telemetry.catchUp();
      const [found] = await stores.series.query({
        devices: [device],
        metric,
        from,
        to,
        limit: MOST_POINTS + 1,
        ...(site === undefined ? {} : { site }),
        ...(step === 0 ? {} : { step, aggregate: aggregate ?? 'mean' }),
      });
      const points = found?.points ?? [];
      if (points.length > MOST_POINTS) {
        throw new PolisError(
          'invalid',
          `query: these are more than ${MOST_POINTS} points; give a step or a shorter span.`,
        );
      }
      return { points };
    },
  );
};
