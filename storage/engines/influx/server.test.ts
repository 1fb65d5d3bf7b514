import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { handClock, systemClock, type Clock } from '#estate/clock.ts';
import { influxServer } from './server.ts';

/** Another machine that speaks HTTP, as odd as the test wants it. */
type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const running: Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serverThat(
  answer: Answer,
  { clock = systemClock as Clock, login = 'polis:p%40ss@', host = '127.0.0.1', path = '/estate' } = {},
) {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => answer(request, response, Buffer.concat(parts)));
  }).listen(0, '127.0.0.1');
  running.push(server);
  await once(server, 'listening');
  return influxServer(`influx://${login}${host}:${(server.address() as AddressInfo).port}${path}`, clock);
}

const says =
  (status: number, body: string): Answer =>
  (_, response) =>
    void response.writeHead(status).end(body);

describe('Writing to InfluxDB', () => {
  it.each([
    ['as they are to this machine', '127.0.0.1', 'identity'],
    ['compressed to any other', '0.0.0.0', 'gzip'],
  ])('sends lines %s, to the database, as its user', async (_, host, encoding) => {
    const seen: unknown[] = [];
    const answer: Answer = (request, response, body) => {
      const lines = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      expect(request.headers['content-encoding']).toBe(encoding);
      seen.push(request.url, request.headers.authorization, lines.toString());
      response.writeHead(204).end();
    };
    const server = await serverThat(answer, { host });
    expect(await server.write(['a b=1 1', 'a b=2 2'])).toBeNull();
    expect(seen).toEqual(['/write?precision=ms&db=estate', `Basic ${btoa('polis:p@ss')}`, 'a b=1 1\na b=2 2']);
  });

  it.each([
    [
      'all lines of an answer that takes none',
      400,
      '{"error":"unable to parse \'x\': missing fields"}',
      "unable to parse 'x': missing fields",
      true,
    ],
    [
      'all lines when as many were dropped',
      400,
      '{"error":"partial write: field type conflict: W dropped=2"}',
      'partial write: field type conflict: W dropped=2',
      true,
    ],
    [
      'some lines when fewer were dropped',
      400,
      '{"error":"partial write: points beyond retention policy dropped=1"}',
      'partial write: points beyond retention policy dropped=1',
      false,
    ],
    [
      'some lines, as 2.x says it',
      422,
      '{"code":"unprocessable entity","message":"partial write: points beyond retention policy dropped=1"}',
      'partial write: points beyond retention policy dropped=1',
      false,
    ],
    [
      'lines that are too long together',
      413,
      'Request Entity Too Large',
      'The lines are too long for the server.',
      false,
    ],
  ])('blames %s', async (_, status, body, reason, all) => {
    const server = await serverThat(says(status, body));
    expect(await server.write(['x', 'y'])).toEqual({ reason, all });
  });

  it.each([
    ['a failure of the server', 500, '{"error":"timeout"}', /500: timeout/],
    ['too many requests', 429, '', /429/],
    ['a user who may not', 401, '{"error":"authorization failed"}', /401: authorization failed/],
    ['a fault that is not the lines’', 400, '{"error":"database is required"}', /400: database is required/],
    ['a proxy with a page of its own', 502, '<html>Bad Gateway</html>', /502: <html>/],
    ['a database that cannot be made', 404, '{"error":"database not found"}', /does not answer/],
  ])('is "unavailable" for %s', async (_, status, body, message) => {
    const server = await serverThat(says(status, body));
    await expect(server.write(['x'])).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(message) as string,
    });
    await expect(server.write(['x'])).rejects.not.toMatchObject({ message: expect.stringContaining('p@ss') as string });
  });
});

describe('A server that falls silent', () => {
  const silent: [string, Answer][] = [
    ['before it answers', () => {}],
    [
      'after half of its answer',
      (_, response) => void response.writeHead(200, { 'content-length': 50 }).write('{"results":'),
    ],
  ];

  it.each(silent)('%s is "unavailable" after the deadline, for a write and for a question', async (_, answer) => {
    const clock = handClock(0);
    const server = await serverThat(answer, { clock });
    const asked = Promise.allSettled([server.write(['x']), server.ask(['SHOW DATABASES'], {})]);
    let settled = false;
    void asked.then(() => (settled = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await clock.advance(9_000);
    expect(settled).toBe(false);
    await clock.advance(1_000);
    for (const end of await asked) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
  });

  it('hangs up is "unavailable"', async () => {
    const server = await serverThat((request) => request.socket.destroy());
    await expect(server.write(['x'])).rejects.toMatchObject({ code: 'unavailable' });
    await expect(server.ask(['SHOW DATABASES'], {})).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('Asking InfluxDB', () => {
  it.each([
    ['JSON of another form', '[1]'],
    ['no JSON', '<html>'],
    ['a failed statement', '{"results":[{"statement_id":0,"error":"max-select-series limit exceeded"}]}'],
  ])('is "unavailable" for %s', async (_, body) => {
    const server = await serverThat(says(200, body));
    await expect(server.ask(['SELECT 1'], {})).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('has nothing to say of a database that is not there yet', async () => {
    const server = await serverThat(says(200, '{"results":[{"statement_id":0,"error":"database not found: estate"}]}'));
    expect(await server.ask(['SHOW FIELD KEYS'], {})).toEqual([[]]);
  });
});
