import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { Log } from '#estate/log.ts';
import { guard, isSafe } from './access.ts';
import { serveConsole } from './console.ts';
import type { Desk } from './desk.ts';
import { describe, serveDocs } from './docs.ts';
import { problem, problemOf, type Problem } from './problem.ts';
import { addAuditEntry } from './records.ts';
import { ROUTES } from './routes/list.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;

/** For the API, the console and the docs alike: everything comes from here. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** The HTTP server with all its routes, not yet listening. */
export async function buildServer(desk: Desk): Promise<FastifyInstance> {
  const { options, ground } = desk;
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    frameworkErrors: (error, _request, reply) => sendProblem(reply, problemOf(error)),
    clientErrorHandler: refuseConnection,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  readJson(app);
  app.setErrorHandler((error, request, reply) => {
    const told = problemOf(error);
    if (told.status >= 500) logDefect(ground.log, request, error);
    if (error instanceof PolisError && typeof error.details['retryAfterS'] === 'number') {
      reply.header('retry-after', error.details['retryAfterS']);
    }
    return sendProblem(reply, told);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0];
    return sendProblem(reply, problem('not-found', `There is no ${request.method} ${path}; see /docs.`));
  });

  await app.register(cookie);
  dress(app, desk);
  guard(app, { people: desk.people, secrets: desk.secrets, keys: keysOf(desk) });
  record(app, desk);
  await describe(app, options.version);
  for (const routes of Object.values(ROUTES)) routes(app, desk);
  await serveDocs(app);
  if (options.consoleFolder !== undefined) await serveConsole(app, options.consoleFolder, ground.log);
  await app.ready();
  return app;
}

/** JSON is all that is read. Where nothing is asked for, an empty body is as good as none. */
function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '' && !request.routeOptions.schema?.body) done(null);
    else void parse(request, body, done);
  });
}

function keysOf({ options }: Desk): Map<string, string> {
  const keys = new Map<string, string>();
  if (options.adminKey) keys.set('admin-key', options.adminKey);
  if (options.demoKey) keys.set('demo', options.demoKey);
  if (options.localKey) keys.set('this-machine', options.localKey);
  return keys;
}

/** Headers on every answer; every answer measured. */
function dress(app: FastifyInstance, { metrics, streams }: Desk): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (request.url.startsWith('/v1/')) reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    metrics.answered({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
    });
  });
  app.addHook('preClose', () => streams.endAll());
}

/** Keeps who changed what, before it is answered: no route can forget it. */
function record(app: FastifyInstance, { stores, ground }: Desk): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const who = request.principal?.name ?? (reply.statusCode < 400 ? 'guest' : null);
    if (isSafe(request.method) || request.is404 || who === null) return payload;
    const entry = {
      id: ground.random.text(20),
      at: ground.clock.now(),
      who,
      what: `${request.method} ${request.routeOptions.url}`,
      target: String(reply.getHeader('location') ?? request.url),
      outcome: reply.statusCode,
    };
    await stores.records.run(addAuditEntry, entry).catch((error: unknown) => {
      ground.log.error({ ...entry, error: messageOf(error) }, 'What was done could not be kept in the audit log.');
    });
    return payload;
  });
}

function logDefect(log: Log, request: FastifyRequest, error: unknown): void {
  const fields = { method: request.method, route: request.routeOptions.url, error: messageOf(error) };
  const stack = error instanceof Error ? { stack: error.stack, cause: error.cause } : {};
  log.error({ ...fields, ...stack }, 'A request could not be served.');
}

function sendProblem(reply: FastifyReply, told: Problem): FastifyReply {
  if (told.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(told.status).type('application/problem+json').serializer(JSON.stringify).send(told);
}

/** Answers what is not HTTP at all. */
function refuseConnection(error: Error & { code: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const told = JSON.stringify(problem('invalid', 'This is not HTTP as it should be, or it came too slowly.'));
  const head = ['HTTP/1.1 400 Bad Request', 'Content-Type: application/problem+json', 'Connection: close'];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\nContent-Length: ${told.length}\r\n\r\n${told}`);
  socket.destroy(error);
}
