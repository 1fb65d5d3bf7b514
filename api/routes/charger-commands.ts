import { z } from 'zod';
import { chargerCommand } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import type { Desk, Routes } from '../desk.ts';
import { chargerId, instant } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';
import { orderView, viewOrder } from '../views/order.ts';

const tags = ['chargers'];
const params = z.strictObject({ id: chargerId });
const querystring = z.strictObject({
  until: instant
    .optional()
    .meta({ description: 'Keep the command until then for a charger that is not connected; without it that is 409' }),
});
const response = { 200: orderView, 202: orderView.meta({ description: 'It waits for the charger' }) };
/** As long as the longest name of an action, and then some. */
const action = z.string().regex(/^[A-Za-z0-9]{1,50}$/, 'The name of an action, such as GetConfiguration');

export const chargerCommands: Routes = (app, desk) => {
  app.post(
    '/v1/chargers/:id/commands',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Ask a charger to start, stop, reset, unlock, limit …; answers with what the charger said',
        params,
        querystring,
        body: chargerCommand,
        response,
      },
    },
    async ({ params: { id }, body: said, query, principal }, reply) => {
      const order = await give(desk, id, { said, by: principal?.name ?? 'guest', ...query });
      return reply.code(order.state === 'done' ? 200 : 202).send(viewOrder(order));
    },
  );

  app.post(
    '/v1/chargers/:id/ocpp/:action',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Call any action of the charger’s version of OCPP; the payload is checked strictly before it leaves',
        params: params.extend({ action }),
        querystring,
        body: z.record(z.string(), z.unknown()),
        response,
      },
    },
    async ({ params: { id, action: name }, body: payload, query, principal }, reply) => {
      const said = { action: name, payload };
      const order = await give(desk, id, { said, by: principal?.name ?? 'guest', ...query });
      return reply.code(order.state === 'done' ? 200 : 202).send(viewOrder(order));
    },
  );

  record(app, desk);
};

async function give({ stores, parts }: Desk, id: string, request: Parameters<Desk['parts']['ocpp']['order']>[1]) {
  await chargerMustExist({ stores }, id);
  return parts.ocpp.order(id, request);
}

const record: Routes = (app, { parts }) => {
  app.get(
    '/v1/chargers/:id/commands',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What was ordered of a charger and what came of it, newest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageView(orderView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const rows = await parts.charging.orders.list({
        charger: request.params.id,
        limit: limit + 1,
        ...(cursor === undefined ? {} : { before: cursor }),
      });
      const page = pageOf(rows, limit, (row) => row.id);
      return linkNext(request, reply, { ...page, items: page.items.map(viewOrder) });
    },
  );

  app.get(
    '/v1/chargers/:id/commands/:order',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'One command, and what came of it',
        params: params.extend({ order: z.string().max(64) }),
        response: { 200: orderView },
      },
    },
    async ({ params: { id, order: number } }) => {
      const order = await parts.charging.orders.order(number);
      if (order?.charger === id) return viewOrder(order);
      throw new PolisError('not-found', `${id} was never given a command ${number}.`);
    },
  );
};
