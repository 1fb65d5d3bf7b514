import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';

describe('the HTTP face', () => {
  let specimen: Specimen;
  let port: number;
  let folder: string;
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject(request);
  /** A request as it goes over the wire, and all that comes back. */
  const raw = (request: string) => text(connect({ port, host: '127.0.0.1' }).end(request));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'console-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>console</title>');
    await writeFile(join(folder, 'assets', 'app-1a2b.js'), 'export {}');
    specimen = await openSpecimen({ consoleFolder: folder });
    port = (await specimen.api.start()).port;
  });
  afterAll(async () => {
    await specimen[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['an unknown field', { name: 'x', gridLimit: 5 }, 'body/gridLimit', 'There is no such field.'],
    ['a field that is missing', {}, 'body/name', /expected string/],
    ['a field of another type', { name: 'x', latitude: '45' }, 'body/latitude', /expected number/],
    ['a number out of range', { name: 'x', latitude: 91 }, 'body/latitude', /90/],
    ['a list in place of an object', [], 'body', /expected object/],
  ])('names %s', async (_name, payload, path, message) => {
    const answer = await inject({ method: 'PUT', url: '/v1/sites/barolo', payload, headers: ADMIN });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({
      type: 'urn:polisgrid:problem:invalid',
      status: 400,
      code: 'invalid',
      errors: [{ path, message: expect.stringMatching(message) }],
    });
  });

  it.each([
    ['PUT', '/v1/sites/a.b', 400, 'path/id'],
    ['PUT', `/v1/sites/${'a'.repeat(65)}`, 400, 'path/id'],
    ['PUT', `/v1/sites/${'a'.repeat(200)}`, 400, 'longer'],
    ['PUT', '/v1/sites/..%2F..%2Fetc', 400, 'path/id'],
    ['PUT', '/v1/sites/%00', 400, 'path/id'],
    ['PUT', '/v1/chargers/%E2%80%AE', 400, 'path/id'],
    ['GET', '/v1/sites?limits=5', 400, 'query/limits'],
    ['GET', '/v1/sites?limit=0', 400, 'query/limit'],
    ['GET', '/v1/sites?cursor=%25', 400, 'query/cursor'],
    ['GET', '/v1/series?device=d&metric=W;DROP', 400, 'query/metric'],
    ['GET', '/v1/series?device=d&metric=W&from=yesterday', 400, 'query/from'],
    ['GET', '/v1/series?device=d&metric=W&from=0&step=1', 400, 'step'],
    ['GET', '/v1/series?device=d&metric=W&step=5y', 400, 'query/step'],
    ['GET', '/v1/series?device=d&metric=W&from=1767225600', 400, 'milliseconds'],
    ['GET', '/v1/series?device=d&metric=W&aggregate=max', 400, 'query/aggregate'],
    ['GET', '/v1/stations?lat=45', 400, 'together'],
    ['GET', '/v1/sites/nowhere', 404, 'nowhere'],
    ['GET', '/v1/chargers/nowhere', 404, 'PUT /v1/chargers/nowhere'],
    ['GET', '/v1/chargers/nowhere/messages', 404, 'PUT /v1/chargers/nowhere'],
    ['GET', '/v1/sessions/nothing', 404, 'nothing'],
    ['GET', '/v1/sites/nowhere/power', 404, 'nowhere'],
    ['GET', '/v1/sites/nowhere/decision', 404, 'nowhere'],
    ['GET', '/v1/nothing', 404, '/docs'],
    ['DELETE', '/v1/sites/barolo', 404, '/docs'],
    ['GET', '/%', 400, '%25'],
    ['GET', '/v1/%E0%A4%A', 400, '%25'],
  ] as const)('answers %s %s with a problem', async (method, url, status, detail) => {
    const answer = await inject({
      method,
      url,
      headers: ADMIN,
      ...(method === 'PUT' ? { payload: { name: 'x' } } : {}),
    });
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      status,
      expect.stringContaining(detail),
    ]);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it.each([
    ['no JSON', 'application/json', '{"name":', 400, 'invalid'],
    ['nothing', 'application/json', '', 400, 'invalid'],
    ['a prototype', 'application/json', '{"__proto__":{"name":"x"}}', 400, 'invalid'],
    ['text', 'text/plain', 'name', 415, 'unsupported'],
    ['a form', 'application/x-www-form-urlencoded', 'name=x', 415, 'unsupported'],
    ['2 MiB', 'application/json', JSON.stringify({ name: 'x'.repeat(2 ** 21) }), 413, 'too-large'],
    ['100,000 levels', 'application/json', '['.repeat(100_000), 400, 'invalid'],
  ])('refuses a body that is %s', async (_name, type, payload, status, code) => {
    const headers = { ...ADMIN, 'content-type': type };
    const answer = await inject({ method: 'PUT', url: '/v1/sites/barolo', payload, headers });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
  });

  it('takes an empty body where it asks for nothing', async () => {
    const headers = { ...ADMIN, 'content-type': 'application/json' };
    const stop = await inject({ method: 'POST', url: '/v1/sessions/nothing/stop', payload: '', headers });
    expect(stop.statusCode).toBe(404);
    expect((await inject({ method: 'POST', url: '/v1/sign-out', payload: '', headers })).statusCode).toBe(204);
  });

  it('answers HEAD as GET, without the body', async () => {
    const answer = await inject({ method: 'HEAD', url: '/health' });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect((await inject({ method: 'HEAD', url: '/v1/sites' })).statusCode).toBe(401);
    expect((await inject({ method: 'HEAD', url: '/v1/live', headers: ADMIN })).statusCode).toBe(404);
  });

  it('answers what is no HTTP, and lives on', async () => {
    expect(await raw('GARBAGE\r\n\r\n')).toContain('application/problem+json');
    expect(await raw('GET /% HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')).toContain(
      ' 400 ',
    );
    expect(await raw('GET /docs HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n')).toContain('HTTP/1.1');
    expect((await fetch(`http://127.0.0.1:${port}/v1/info`)).status).toBe(200);
  });

  it('says what keeps a browser safe, on every answer', async () => {
    for (const url of ['/', '/v1/info', '/v1/nothing', '/docs/']) {
      const { headers } = await inject({ url });
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('serves the console, and its one page for each of its paths', async () => {
    const page = { accept: 'text/html' };
    expect((await inject({ url: '/', headers: page })).body).toContain('<title>console');
    expect((await inject({ url: '/sites/barolo?view=map', headers: page })).body).toContain('<title>console');
    const script = await inject({ url: '/assets/app-1a2b.js' });
    expect(script.headers['cache-control']).toContain('immutable');
    expect((await inject({ url: '/assets/gone.js' })).statusCode).toBe(404);
    expect((await inject({ url: '/v1/nothing', headers: page })).statusCode).toBe(404);
    expect((await inject({ url: '/..%2f..%2fpackage.json', headers: page })).body).toContain('<title>console');
    expect((await inject({ url: '/..%2f..%2fpackage.json' })).statusCode).toBe(404);
  });

  it('serves its documentation from here alone', async () => {
    expect((await inject({ url: '/docs' })).headers.location).toBe('/docs/');
    const page = await inject({ url: '/docs/' });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/https?:\/\//);
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self' 'sha256-[\w+/=]{44}'/);
    const script = await inject({ url: '/docs/js/scalar.js' });
    expect(script.body.length).toBeGreaterThan(1_000_000);
  });

  it('is well while its stores are', async () => {
    const answer = await inject({ url: '/health' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      status: 'ok',
      stores: {
        records: { ok: true, engine: 'sqlite' },
        journal: { ok: true },
        series: { ok: true, engine: 'duckdb' },
      },
      parts: { ocpp: { connections: 0 } },
    });
  });

  it('counts for Prometheus', async () => {
    const { body, headers } = await inject({ url: '/metrics' });
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toMatch(/^polisgrid_http_request_duration_seconds_count\{.*route="\/v1\/info".*\} \d+$/m);
    for (const name of [
      'ocpp_connections',
      'mqtt_connections',
      'sessions_active',
      'ocpp_frames_total',
      'records_pending',
    ]) {
      expect(body).toMatch(new RegExp(`^polisgrid_${name} 0$`, 'm'));
    }
    expect(body).toContain('process_resident_memory_bytes');
    expect(body).toContain('nodejs_eventloop_lag_p99_seconds');
  });
});

it('is not well when a store does not answer, and says which', async () => {
  await using specimen = await openSpecimen();
  await specimen.deps.stores.series.close();
  const answer = await specimen.api.inject({ url: '/health' });
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ status: 'failing', stores: { records: { ok: true }, series: { ok: false } } });
});

it('names the port when it is taken', async () => {
  await using first = await openSpecimen();
  const { port } = await first.api.start();
  await using second = await openSpecimen({ port });
  await expect(second.api.start()).rejects.toThrow(`The HTTP port ${port} on 127.0.0.1 is taken`);
});
