import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import type { SiteId } from '#estate/ids.ts';
import { isoTime } from '#estate/units.ts';
import { PRIORITY } from '#telemetry/index.ts';
import type { Desk, Routes } from '../desk.ts';
import { deviceId, metricName, siteId, timeView } from '../fields.ts';
import { deviceOf } from '../known-devices.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';
import { deviceOrderView, viewDeviceOrder } from '../views/device-order.ts';

const tags = ['devices'];
const params = z.strictObject({ id: deviceId });
const one = params.extend({ command: z.string().max(64) });
const ofSite = z.strictObject({ site: siteId.optional().meta({ description: 'Where the id is not unique' }) });
const DAY_S = 86_400;
const HOUR_S = 3_600;

const commandBody = z.strictObject({
  set: z.record(metricName, z.number()).refine((set) => Object.keys(set).length > 0, 'Say at least one metric to set.'),
  priority: z
    .int()
    .min(PRIORITY.first)
    .max(PRIORITY.last)
    .default(PRIORITY.usual)
    .meta({ description: '1 comes before all others. A command waits while one of a higher priority holds' }),
  revertS: z
    .number()
    .min(1)
    .max(DAY_S)
    .optional()
    .meta({ description: 'After so many seconds the device returns to its own set point; 900 unless told' }),
  expiresS: z
    .number()
    .min(1)
    .max(HOUR_S)
    .optional()
    .meta({ description: 'The device must begin to obey within so many seconds; 10 unless told' }),
});

const response = {
  200: deviceOrderView,
  202: deviceOrderView.meta({ description: 'It waits behind a higher priority, or its device has not answered yet' }),
};

const setPointView = z
  .object({
    metric: z.string(),
    priority: z.int(),
    value: z.number(),
    command: z.string(),
    until: timeView.meta({ description: 'When the device reverts' }),
    counts: z.boolean().meta({ description: 'False: a higher priority holds the metric' }),
  })
  .meta({ id: 'HeldSetPoint' });

/** Set points for devices: who gave them, what became of them, and which of them hold. */
export const deviceCommands: Routes = (app, desk) => {
  const { orders } = desk.parts.telemetry;

  app.post(
    '/v1/devices/:id/commands',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Send set points to a device; answers with what it said',
        params,
        querystring: ofSite,
        body: commandBody,
        response,
      },
    },
    async ({ params: { id }, query, body, principal }, reply) => {
      const site = await siteOf(desk, id, query.site);
      const order = await orders.give({ ...body, site, device: id, by: principal?.name ?? 'guest' });
      return reply.code(order.state === 'done' ? 200 : 202).send(viewDeviceOrder(order));
    },
  );

  app.delete(
    '/v1/devices/:id/commands/:command',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Release what a command holds: the next lower priority counts, or the device’s own set point',
        params: one,
        querystring: ofSite,
        response: { 200: deviceOrderView },
      },
    },
    async ({ params: { id, command }, query, principal }) => {
      const site = await siteOf(desk, id, query.site);
      return viewDeviceOrder(await orders.release({ site, device: id, id: command, by: principal?.name ?? 'guest' }));
    },
  );

  record(app, desk);
};

const record: Routes = (app, desk) => {
  const { orders } = desk.parts.telemetry;

  app.get(
    '/v1/devices/:id/commands',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What was ordered of a device and what came of it, newest first',
        params,
        querystring: z.strictObject({ ...pageQuery, ...ofSite.shape }),
        response: { 200: pageView(deviceOrderView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor: before } = request.query;
      const { id } = request.params;
      const site = await siteOf(desk, id, request.query.site);
      const rows = await orders.list({ site, device: id, before, limit: limit + 1 });
      const page = pageOf(rows, limit, (row) => row.id);
      return linkNext(request, reply, { ...page, items: page.items.map(viewDeviceOrder) });
    },
  );

  app.get(
    '/v1/devices/:id/commands/:command',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'One command, and what came of it',
        params: one,
        querystring: ofSite,
        response: { 200: deviceOrderView },
      },
    },
    async ({ params: { id, command }, query }) => {
      const site = await siteOf(desk, id, query.site);
      const order = await orders.order(command);
      if (order?.site === site && order.device === id) return viewDeviceOrder(order);
      throw new PolisError('not-found', `${id} was never given a command ${command}.`);
    },
  );

  setPoints(app, desk);
};

const setPoints: Routes = (app, desk) => {
  const { orders } = desk.parts.telemetry;

  app.get(
    '/v1/devices/:id/set-points',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What is held of a device, by metric and priority',
        params,
        querystring: ofSite,
        response: { 200: z.object({ items: z.array(setPointView) }) },
      },
    },
    async ({ params: { id }, query }) => {
      const holds = await orders.holds({ site: await siteOf(desk, id, query.site), device: id });
      const items = holds.map(({ order: command, until, ...hold }, at) => ({
        ...hold,
        command,
        until: isoTime(until),
        // By metric and priority: the first of each metric counts.
        counts: holds[at - 1]?.metric !== hold.metric,
      }));
      return { items };
    },
  );
};

async function siteOf(desk: Desk, id: string, asked: string | undefined): Promise<SiteId> {
  const { site } = await deviceOf(desk, id, asked);
  if (site !== null) return site;
  throw new PolisError('conflict', `${id} has no site yet; place it with PUT /v1/devices/${id}.`);
}
