import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { handClock, systemClock } from '#estate/clock.ts';
import { createGrafanaClient, pushGrafana, type GrafanaClient } from './index.ts';

/** Answers the client's calls as Grafana's documentation says, and remembers what was stored. */
interface Answers {
  status: number;
  body: unknown;
}

let server: Server;
let url: string;
let client: GrafanaClient;
let asked: { line: string; authorization: string | undefined; body: unknown }[];
let stored: Map<string, Record<string, unknown>>;
/** Answers this instead of what is stored, once set. */
let instead: Answers | 'nothing' | null;

beforeEach(async () => {
  [asked, stored, instead] = [[], new Map(), null];
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const line = `${request.method} ${request.url}`;
      asked.push({ line, authorization: request.headers.authorization, body });
      const answer = instead ?? documented(line, body);
      if (answer === 'nothing') return;
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/grafana`;
  client = createGrafanaClient({ url, token: 'glsa_t0ken', clock: systemClock });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const record = z.record(z.string(), z.unknown());

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  const chunks: unknown[] = await request.toArray();
  const text = chunks.map(String).join('');
  return text === '' ? null : record.parse(JSON.parse(text));
}

function documented(line: string, body: Record<string, unknown> | null): Answers {
  const [method, path = ''] = line.split(' /grafana/api/');
  if (path === 'health') return { status: 200, body: { database: 'ok', version: '12.0.0', commit: 'x' } };
  if (method === 'GET') {
    const found = stored.get(path);
    return found ? { status: 200, body: found } : { status: 404, body: { message: 'not found' } };
  }
  if (path === 'dashboards/db') {
    const dashboard = record.parse(body?.['dashboard']);
    const kept = { ...dashboard, id: 1, version: 1 };
    stored.set(`dashboards/uid/${String(dashboard['uid'])}`, {
      dashboard: kept,
      meta: { folderUid: body?.['folderUid'], slug: 'x' },
    });
    return { status: 200, body: { id: 1, uid: dashboard['uid'], url: '/d/x', status: 'success', version: 1 } };
  }
  const { secureJsonData: _, ...visible } = body ?? {};
  const kept = { id: 1, ...visible };
  stored.set(
    path === 'folders' ? `folders/${String(body?.['uid'])}` : `datasources/uid/${String(body?.['uid'])}`,
    kept,
  );
  return { status: 200, body: path === 'folders' ? kept : { datasource: kept, message: 'Datasource added' } };
}

describe('the Grafana client', () => {
  it('signs in with its token and finds Grafana beneath a path', async () => {
    expect(await client.health()).toEqual({ database: 'ok', version: '12.0.0' });
    expect(asked).toEqual([{ line: 'GET /grafana/api/health', authorization: 'Bearer glsa_t0ken', body: null }]);
  });

  it('knows what is not there', async () => {
    expect(await client.dashboard('a/b')).toBeNull();
    expect(asked[0]?.line).toBe('GET /grafana/api/dashboards/uid/a%2Fb');
    expect(await client.folder('x')).toBeNull();
    expect(await client.dataSource('x')).toBeNull();
  });

  it('replaces a dashboard by its uid', async () => {
    await client.saveDashboard({ dashboard: { uid: 'a' }, folderUid: 'f' });
    expect(asked[0]?.body).toEqual({ dashboard: { uid: 'a' }, folderUid: 'f', overwrite: true });
    expect(await client.dashboard('a')).toMatchObject({ meta: { folderUid: 'f' } });
  });

  it.each([
    [400, 'invalid'],
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, 'conflict'],
    [412, 'conflict'],
    [429, 'rate-limited'],
    [500, 'unavailable'],
  ])('says with Grafana’s own words why it was answered %i', async (status, code) => {
    instead = { status, body: { message: 'because of this' } };
    await expect(client.health()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(new RegExp(`${status} \\(because of this\\): .+\\.$`)),
    });
  });

  it.each([
    ['a page for people', { status: 200, body: '<html>' }],
    ['JSON of another kind', { status: 200, body: { hello: 'you' } }],
    ['a redirection to a sign-in page', { status: 302, body: '' }],
  ])('does not take %s for Grafana', async (_, answer) => {
    instead = answer;
    await expect(client.health()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('gives up after its deadline', async () => {
    instead = 'nothing';
    const clock = handClock(0);
    const patient = createGrafanaClient({ url, token: 't', clock }, { deadlineMs: 3_000 });
    const failure = patient.health().catch((error: unknown) => error);
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(3_000);
    expect(await failure).toMatchObject({ code: 'timed-out', message: expect.stringContaining('within 3 s') });
  });

  it('says when nobody listens', async () => {
    const nobody = createGrafanaClient({ url: 'http://127.0.0.1:1', token: 't', clock: systemClock });
    await expect(nobody.health()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('cannot be reached'),
    });
  });
});

describe('grafana push', () => {
  const access = { seriesUrl: 'influx://reader:s3cr3t@influx:8086/estate' };
  const done = async (more: { password?: string; seriesUrl?: string } = {}) =>
    (await pushGrafana(client, { ...access, ...more })).map((one) => one.done);

  it('brings all that is missing, and a second time changes nothing', async () => {
    expect(await pushGrafana(client, access)).toEqual([
      { what: 'data source polisgrid', done: 'created' },
      { what: 'folder polisgrid', done: 'created' },
      { what: 'dashboard Estate energy', done: 'created' },
    ]);
    asked = [];
    expect(await done()).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(asked.every(({ line }) => line.startsWith('GET '))).toBe(true);
  });

  it('brings back what was changed', async () => {
    await done();
    for (const [path, one] of stored) {
      if (path.startsWith('dashboards'))
        stored.set(path, { ...one, dashboard: { ...record.parse(one['dashboard']), title: 'Mine' } });
    }
    expect(await done({ seriesUrl: 'influx://reader@other/estate' })).toEqual(['updated', 'unchanged', 'updated']);
    expect(await done({ seriesUrl: 'influx://reader@other/estate' })).toEqual(['unchanged', 'unchanged', 'unchanged']);
  });

  it('moves a dashboard back into its folder', async () => {
    await done();
    for (const [path, one] of stored) if (path.startsWith('dashboards')) stored.set(path, { ...one, meta: {} });
    expect(await done()).toEqual(['unchanged', 'unchanged', 'updated']);
  });

  it('sends a password only when it is given', async () => {
    await done();
    expect(JSON.stringify(asked)).not.toContain('s3cr3t');
    expect(await done({ password: 'given' })).toEqual(['updated', 'unchanged', 'unchanged']);
    expect(asked.at(-3)?.body).toMatchObject({ secureJsonData: { password: 'given' } });
  });

  it('leaves alone what was provisioned from files', async () => {
    await done();
    for (const [path, one] of stored) {
      if (path.startsWith('datasources')) stored.set(path, { ...one, url: 'http://elsewhere', readOnly: true });
    }
    await expect(done()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('from files') });
  });

  it('stops before a Grafana that is not well', async () => {
    instead = { status: 200, body: { database: 'failing' } };
    await expect(done()).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked).toHaveLength(1);
  });
});
