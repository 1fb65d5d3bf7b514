import { z } from 'zod';
import { MASTER_PASS_GROUP, TOKEN_TYPES, type Token } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { instant, timeView, tokenText } from '../fields.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';

const tags = ['tokens'];
const status = z.enum(['accepted', 'blocked', 'expired', 'invalid']);
const params = z.strictObject({ token: tokenText });

const tokenView = z
  .object({
    token: tokenText,
    type: z.enum(TOKEN_TYPES),
    status,
    group: z.string().nullable(),
    master: z.boolean(),
    expiresAt: timeView.nullable(),
    language: z.string().nullable(),
    message: z.string().nullable(),
  })
  .meta({ id: 'Token' });

const body = z.strictObject({
  status,
  type: z
    .enum(TOKEN_TYPES)
    .default('ISO14443')
    .meta({ description: 'As OCPP 2.0.1 names them; a Central one is never shown to a reader, and in no local list' }),
  group: tokenText.nullable().default(null).meta({ description: 'Tokens of a group may stop each other' }),
  master: z
    .boolean()
    .default(false)
    .meta({
      description: `May stop every session and start none. Stations of 2.0.1 know it by AuthCtrlr.MasterPassGroupId = ${MASTER_PASS_GROUP}`,
    }),
  expiresAt: instant.nullable().default(null),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?$/, 'A language as in it, en or de-AT.')
    .nullable()
    .default(null)
    .meta({ description: 'In which the driver wants to be spoken to' }),
  message: z.string().min(1).max(512).nullable().default(null).meta({ description: 'What a station is to show' }),
});

export const tokens: Routes = (app, { parts }) => {
  app.put(
    '/v1/tokens/:token',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Make an id token (a card, an app) or change it',
        params,
        body,
        response: { 200: tokenView, 201: tokenView },
      },
    },
    async (request, reply) => {
      const token = { ...request.params, ...request.body };
      const { created } = await parts.charging.putToken(token);
      return reply.code(created ? 201 : 200).send(viewToken(token));
    },
  );

  app.get(
    '/v1/tokens',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'The id tokens',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageView(tokenView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const rows = await parts.charging.tokens({
        limit: limit + 1,
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      const page = pageOf(rows, limit, (row) => row.token);
      return linkNext(request, reply, { ...page, items: page.items.map(viewToken) });
    },
  );

  app.get(
    '/v1/tokens/:token',
    { config: { access: 'admin' }, schema: { tags, summary: 'An id token', params, response: { 200: tokenView } } },
    async ({ params: { token: text } }) => {
      const token = await parts.charging.token(text);
      if (!token) throw new PolisError('not-found', `There is no token ${text}; make it with PUT /v1/tokens/${text}.`);
      return viewToken(token);
    },
  );
};

function viewToken(token: Token): z.infer<typeof tokenView> {
  return { ...token, expiresAt: token.expiresAt === null ? null : isoTime(token.expiresAt) };
}
