import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import type { Desk, Routes } from '../desk.ts';
import { duration, flag, instant, metricName, siteId } from '../fields.ts';
import { rangeOf } from '../range.ts';
import { seriesDevices } from '../series-devices.ts';

/** A device, or an EVSE as `{charger}:{evse}`. */
export const seriesDevice = z.string().regex(/^[A-Za-z0-9*\-_=:+|@.]{1,56}$/, 'A device id, or {charger}:{evse}.');
export const deviceTypeName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'A device type, as in pv-inverter.');

/** Points of one device, and of all together. */
const MOST_POINTS = 50_000;
const MOST_IN_ALL = 400_000;

const points = z.array(z.tuple([z.int(), z.number()])).meta({ description: '[ms since 1970, value]' });
const receivedAt = z
  .array(z.int().nullable())
  .optional()
  .meta({ description: 'With received=true, of each point: ms since 1970, to the second; null where it was not kept' });

const querystring = z.strictObject({
  device: seriesDevice.optional().meta({ description: 'Answers its points; without it, give site or type' }),
  site: siteId.optional().meta({ description: 'Every device of it; with a device, where the id is not unique' }),
  type: deviceTypeName.optional().meta({ description: 'Every device of this type' }),
  metric: metricName,
  from: instant.optional(),
  to: instant.optional(),
  step: duration.optional().meta({
    description: 'Seconds, or with a unit: 15m, 1h; absent: raw points. Steps of 15m and more come from roll-ups',
  }),
  aggregate: z
    .enum(['mean', 'min', 'max', 'sum', 'last', 'count', 'good', 'rise', 'covered'])
    .optional()
    .meta({
      description:
        'How the values of a step become one; mean unless told. good: the share of good quality. Of counters: rise, ' +
        'what they rose; covered, the share of the step for which that is known',
    }),
  received: flag
    .optional()
    .meta({ description: 'With raw points: also when each was received, by the clock of the platform' }),
});

export const series: Routes = (app, desk) => {
  app.get(
    '/v1/series',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['devices'],
        summary: 'What devices measured, as points or by step; the last day unless told',
        querystring,
        response: {
          200: z.object({
            points: points.optional().meta({ description: 'Of the device that was asked for' }),
            receivedAt,
            series: z
              .array(z.object({ site: z.string(), device: z.string(), points, receivedAt }))
              .optional()
              .meta({ description: 'Of each device of the site or type that has points, by device, then by site' }),
          }),
        },
      },
    },
    async ({ query }) => {
      const { device, site, type } = query;
      if (device !== undefined) {
        const [found = { points: [] }, another] = await find(desk, query, [device]);
        if (another) throw new PolisError('invalid', 'query/site: several sites have a device of this id; name one.');
        return found;
      }
      if (site === undefined && type === undefined) {
        throw new PolisError('invalid', 'query/device: give a device, a site or a type.');
      }
      const devices = await seriesDevices(desk, { site, type });
      return { series: await find(desk, query, [...new Set(devices.map(({ id }) => id))]) };
    },
  );
};

async function find({ stores, parts, ground }: Desk, query: z.infer<typeof querystring>, devices: readonly string[]) {
  const { metric, site, type, aggregate, received = false } = query;
  const { from, to, step } = rangeOf(query, ground.clock.now());
  if (aggregate !== undefined && step === 0) {
    throw new PolisError('invalid', 'query/aggregate: it takes a step too; without one the points come as they are.');
  }
  if (received && step > 0) {
    throw new PolisError('invalid', 'query/received: it is of raw points only; leave out the step.');
  }
  if (step > 0 && ((to - from) / step) * devices.length > MOST_IN_ALL) {
    throw new PolisError(
      'invalid',
      `query: these may be more than ${MOST_IN_ALL} points; give a wider step or a shorter span.`,
    );
  }
  await parts.telemetry.catchUp();
  const limit = step > 0 ? MOST_POINTS : Math.min(MOST_POINTS, Math.ceil(MOST_IN_ALL / Math.max(1, devices.length)));
  const found = await stores.series.query({
    devices,
    metric,
    from,
    to,
    limit: limit + 1,
    received,
    ...(site === undefined ? {} : { site }),
    ...(type === undefined ? {} : { type }),
    ...(step === 0 ? {} : { step, aggregate: aggregate ?? 'mean' }),
  });
  if (found.some((one) => one.points.length > limit)) {
    throw new PolisError('invalid', `query: these are more than ${limit} points; give a step or a shorter span.`);
  }
  return found;
}
