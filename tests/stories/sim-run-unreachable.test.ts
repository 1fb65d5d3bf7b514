import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_KEY } from '../platform/in-process.ts';
import { type PolisgridProcess, startProcess } from '../platform/process.ts';
import { createRunPlace, type RunPlace } from '../platform/run-place.ts';

const SMALL = `
estate: { sites: 2 }
fleet: { drivers: false }
start: yesterday 07:30
speed: 1000
stages:
  - { name: one, for: 10s }
`;
const NOWHERE = { ocppUrl: 'ws://127.0.0.1:9/ocpp', mqttUrl: 'mqtt://127.0.0.1:9' };

let place: RunPlace;
let polisgrid: PolisgridProcess;
beforeAll(async () => {
  place = await createRunPlace();
  await place.write('small.yaml', SMALL);
  polisgrid = await startProcess({ data: join(place.path, 'data'), flags: ['--demo', 'off'] });
});
afterAll(async () => {
  await polisgrid[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

/** The platform's API, which says that its other ports are elsewhere, or ends an answer before it is whole. */
async function misleading({ breaksOff, ...wrong }: Partial<typeof NOWHERE> & { breaksOff?: string }) {
  const pass = async (asked: IncomingMessage, reply: ServerResponse) => {
    const body = await asked.toArray();
    const { url = '/', method = 'GET', headers } = asked;
    const answer = await fetch(new URL(url, polisgrid.consoleUrl), {
      method,
      headers: { authorization: headers.authorization ?? '', 'content-type': 'application/json' },
      ...(body.length > 0 ? { body: Buffer.concat(body) } : {}),
    });
    const text = await answer.text();
    reply.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    if (breaksOff !== undefined && url.startsWith(breaksOff)) reply.write('P', () => reply.destroy());
    else reply.end(url === '/v1/info' ? JSON.stringify({ ...(JSON.parse(text) as object), ...wrong }) : text);
  };
  const server = createServer((asked, reply) => void pass(asked, reply));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    api: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

describe('A platform whose API answers, and', () => {
  it.each<[string, Partial<typeof NOWHERE>, string]>([
    ['no charger can connect', { ocppUrl: NOWHERE.ocppUrl }, `No charger could connect to ${NOWHERE.ocppUrl} (`],
    ['no gateway can connect', { mqttUrl: NOWHERE.mqttUrl }, `No gateway could connect to ${NOWHERE.mqttUrl} (`],
  ])('%s is not reachable', async (_, wrong, words) => {
    await using target = await misleading(wrong);
    const { code, text } = await place.sim(
      'run',
      'small.yaml',
      '--seed',
      words,
      '--api',
      target.api,
      '--key',
      ADMIN_KEY,
    );
    expect(text).toContain(words);
    expect(text).toContain('ECONNREFUSED');
    expect(text).not.toContain('    at ');
    expect(code).toBe(3);
  });
});

describe('Another server than polisgrid', () => {
  it('is not reachable, which takes a sentence', async () => {
    const server = createServer((_, reply) => reply.setHeader('content-type', 'text/html').end('<html>Hello</html>'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, text } = await place.sim('run', 'small.yaml', '--api', `http://127.0.0.1:${port}`, '--key', 'k');
    expect(text).toContain(`What answers at http://127.0.0.1:${port} is not polisgrid`);
    expect(text).not.toContain('    at ');
    expect(code).toBe(3);
    server.close();
  });
});

describe('A platform whose answer breaks off while the field is held against it', () => {
  it('fails the run, which leaves its reports', async () => {
    await using target = await misleading({ breaksOff: '/v1/series/export' });
    const words = ['small.yaml', '--seed', 'half', '--api', target.api, '--key', ADMIN_KEY];
    const { code, text } = await place.sim('run', ...words);
    expect(text).toContain("Failed: The run broke off: The platform's answer broke off (");
    expect(code).toBe(1);
    expect(JSON.parse(await place.read('runs/small-half/report.json'))).toMatchObject({ verification: null });
    expect(await place.has('runs/small-half/truth.json')).toBe(true);
  });
});
