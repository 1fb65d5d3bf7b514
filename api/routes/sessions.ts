import { z } from 'zod';
import type { Session } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import { MINUTE } from '#estate/units.ts';
import type { FastifyRequest } from 'fastify';
import { createAttempts, type Attempts } from '../attempts.ts';
import type { Desk, Routes } from '../desk.ts';
import { chargerId, sessionId, siteId, tokenText } from '../fields.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';
import { includes } from '../roles.ts';
import { accessOf, opensEvse } from '../session-keys.ts';
import { startSession } from '../start-session.ts';
import { commandResultView } from '../views/command.ts';
import { sessionStateView, sessionView, viewSession } from '../views/session.ts';

const tags = ['sessions'];
/** A guest's key opens the session that it made, so nobody else may guess it. */
const LONG_ENOUGH_KEY = 16;
const params = z.strictObject({ id: sessionId });

const startBody = z.strictObject({
  charger: chargerId,
  evse: z.int().min(1).max(1_000),
  connector: z.int().min(1).max(1_000).optional(),
  token: tokenText
    .optional()
    .meta({ description: 'Whose session it is; for operators. Absent: a guest token is made' }),
  code: z.string().max(32).optional().meta({ description: 'The 8 characters on the EVSE; they stand for a sign-in' }),
});

const startedView = sessionView
  .extend({ access: z.string().meta({ description: 'A bearer key that opens this one session' }) })
  .meta({ id: 'StartedSession' });

export const sessions: Routes = (app, desk) => {
  app.get(
    '/v1/sessions',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Charging sessions, newest first; starts that have not begun only by their state',
        querystring: z.strictObject({
          ...pageQuery,
          charger: chargerId.optional(),
          site: siteId.optional(),
          state: sessionStateView.optional(),
        }),
        response: { 200: pageView(sessionView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor: before, charger, site, state } = request.query;
      const rows = await desk.parts.charging.sessions({
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(charger === undefined ? {} : { charger }),
        ...(site === undefined ? {} : { site }),
        ...(state === undefined ? {} : { state }),
      });
      const page = pageOf(rows, limit, (session) => session.id);
      return linkNext(request, reply, { ...page, items: page.items.map(viewSession) });
    },
  );

  app.get(
    '/v1/sessions/:id',
    {
      config: { access: 'viewer', sessionKey: true },
      schema: { tags, summary: 'A charging session', params, response: { 200: sessionView } },
    },
    async ({ params: { id } }) => viewSession(await sessionOf(desk, id)),
  );

  start(app, desk);
  stop(app, desk);
};

const start: Routes = (app, desk) => {
  const guesses = createAttempts(desk.ground.clock, { tries: 10, oneMoreAfterMs: MINUTE });
  app.post(
    '/v1/sessions',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Start charging: by an operator, or by whoever stands there and types the code of the EVSE',
        description: 'A repeat with the same `Idempotency-Key` within a day is the same start.',
        headers: z.looseObject({
          'idempotency-key': z.string().min(1).max(128).optional().meta({ description: 'Unguessable, e.g. a UUID' }),
        }),
        body: startBody,
        response: { 202: startedView },
      },
    },
    async (request, reply) => {
      const by = authorOf(request, desk, guesses);
      const key = request.headers['idempotency-key'];
      if (key !== undefined && !request.principal && key.length < LONG_ENOUGH_KEY) {
        throw new PolisError(
          'invalid',
          `A guest's Idempotency-Key has at least ${LONG_ENOUGH_KEY} characters, e.g. a UUID.`,
        );
      }
      const session = await startSession(desk, request.body, key === undefined ? null : { key, by });
      reply.header('location', `/v1/sessions/${session.id}`);
      return reply.code(202).send({ ...viewSession(session), access: accessOf(desk.secrets, session.id) });
    },
  );
};

const stop: Routes = (app, desk) => {
  app.post(
    '/v1/sessions/:id/stop',
    {
      config: { access: 'operator', sessionKey: true },
      schema: {
        tags,
        summary: 'Stop charging; answers with what the charger said',
        params,
        response: { 200: commandResultView },
      },
    },
    async ({ params: { id } }) => {
      const { state, charger, transaction } = await sessionOf(desk, id);
      if (state !== 'active')
        throw new PolisError('conflict', `The session ${id} is ${state}: there is nothing to stop.`);
      return desk.parts.ocpp.command(charger, { command: 'stop', transaction });
    },
  );
};

/** Who starts a session: an operator, or a guest who knows the code. */
function authorOf(request: FastifyRequest<{ Body: z.infer<typeof startBody> }>, desk: Desk, guesses: Attempts): string {
  const { charger, evse, token, code } = request.body;
  const { principal, ip } = request;
  if (principal && includes(principal.role, 'operator')) return principal.name;
  if (code === undefined)
    throw new PolisError('unauthenticated', 'Send the code that stands on the EVSE, or sign in as operator.');
  if (token !== undefined) throw new PolisError('forbidden', 'A guest starts without a token; leave it out.');
  guesses.take(ip);
  if (!opensEvse(desk.secrets, code, { charger, evse })) {
    throw new PolisError(
      'forbidden',
      `This is not the code of EVSE ${evse} of ${charger}; read it again from the sticker.`,
    );
  }
  guesses.giveBack(ip);
  return `guest at ${charger}:${evse}`;
}

async function sessionOf({ parts }: Desk, id: string): Promise<Session> {
  const session = await parts.charging.session(id);
  if (!session) throw new PolisError('not-found', `There is no session ${id}.`);
  return session;
}
