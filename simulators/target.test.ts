import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createErrorGroups } from './run/measure/errors.ts';
import { createTarget } from './target.ts';

const PROBLEM = {
  type: 'urn:polisgrid:problem:not-found',
  title: 'There is no such thing',
  status: 404,
  code: 'not-found',
  detail: 'There is no charger c-1.',
};

const platform = fastify();
platform.post('/v1/chargers/c-1/commands', (_, reply) =>
  reply.code(404).type('application/problem+json').send(JSON.stringify(PROBLEM)),
);
platform.get('/page', (_, reply) => reply.type('text/html').send('<html>Hello</html>'));
platform.get('/other', (_, reply) => reply.send({ name: 'another' }));
platform.get('/half', (_, reply) => {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-length': '1000' }).write('{"version"');
  setTimeout(() => reply.raw.destroy(), 20);
});
platform.get('/proxied', (_, reply) => reply.code(502).type('text/plain').send('Bad gateway'));
let url = '';
beforeAll(async () => (url = await platform.listen({ port: 0, host: '127.0.0.1' })));
afterAll(() => platform.close());

interface Refusal {
  code: unknown;
  message: string;
}

const refusal = async (asked: Promise<unknown>) => {
  const error: unknown = await asked.catch((thrown: unknown) => thrown);
  return error instanceof Error && 'code' in error ? { code: error.code, message: error.message } : error;
};

describe('A request that is refused', () => {
  it('is told with its status and what the platform says of it, and keeps the status where errors are grouped', async () => {
    const target = createTarget({ url, key: 'k' });
    const said =
      'POST /v1/chargers/c-1/commands was refused with status 404: There is no such thing: There is no charger c-1.';
    const asked = target.post('/v1/chargers/c-1/commands?until=2026-01-01T00:00:00.000Z', {}, z.unknown());
    expect(await refusal(asked)).toEqual({ code: 'invalid', message: said });
    const errors = createErrorGroups();
    errors.add(`Order reset: ${said}`, 'c-1');
    expect(errors.list()[0]?.text).toBe(
      'Order reset: POST /v1/chargers/…/commands was refused with status 404: There is no such thing: There is no charger ….',
    );
  });

  it('is told in the words of who refuses it where these are no problem details', async () => {
    const asked = createTarget({ url, key: undefined }).get('/proxied', z.unknown());
    expect(await refusal(asked)).toEqual({
      code: 'unavailable',
      message: `GET /proxied was refused with status 502: Bad gateway. Is it polisgrid that answers at ${url}?`,
    });
  });
});

describe('What is not an answer of polisgrid', () => {
  const info = z.object({ version: z.string() });

  it.each([
    ['/page', 'is not polisgrid, or one of another version: GET /page was'],
    ['/other', '(version: Invalid input: expected string, received undefined)'],
    ['/half', "The platform's answer broke off ("],
  ])('at %s means that there is no platform', async (path, words) => {
    const { code, message } = (await refusal(createTarget({ url, key: 'k' }).get(path, info))) as Refusal;
    expect(code).toBe('unavailable');
    expect(message).toContain(words);
  });

  it('may break off while it is read', async () => {
    const body = await createTarget({ url, key: 'k' }).body('/half');
    expect(await refusal(body.toArray())).toMatchObject({ code: 'unavailable' });
  });
});
