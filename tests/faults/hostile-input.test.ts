import { connect } from 'node:net';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../platform/http.ts';
import { startTestPlatform, type TestPlatform } from '../platform/in-process.ts';

let polisgrid: TestPlatform;
const SECRET = 'S'.repeat(40);

beforeAll(async () => {
  polisgrid = await startTestPlatform();
  await polisgrid.admin.put('/v1/sites/barolo', { name: 'Barolo' });
  await polisgrid.admin.put('/v1/chargers/CP-1', { site: 'barolo', secret: SECRET });
  await polisgrid.admin.put('/v1/devices/barolo-gw', { site: 'barolo', type: 'gateway', secret: SECRET });
});
afterAll(() => polisgrid[Symbol.asyncDispose]());

const ocppPort = () => Number(new URL(polisgrid.platform.ocppUrl).port);
const mqttPort = () => Number(new URL(polisgrid.platform.mqttUrl).port);
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Sends bytes to a port and returns what came back until the other side closed, or a while passed. */
async function exchange(port: number, bytes: string | Buffer, patienceMs = 3_000): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data) => (heard += data.toString('latin1')));
  socket.on('error', () => undefined); // a reset is one way of being turned away
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  socket.write(bytes);
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
  socket.destroy();
  return heard;
}

const upgrade = (path: string, extra = '') =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`;

async function openCharger(): Promise<WebSocket> {
  const socket = new WebSocket(`${polisgrid.platform.ocppUrl}/CP-1`, ['ocpp1.6'], {
    headers: { authorization: basic('CP-1', SECRET) },
  });
  await once(socket, 'open');
  return socket;
}

async function answerTo(socket: WebSocket, frame: string): Promise<unknown[]> {
  socket.send(frame);
  const [data] = (await once(socket, 'message')) as [Buffer];
  return JSON.parse(data.toString()) as unknown[];
}

async function stillWorks(): Promise<void> {
  expect((await polisgrid.anyone.get('/health')).status).toBe(200);
  const socket = await openCharger();
  expect(await answerTo(socket, '[2,"alive","Heartbeat",{}]')).toMatchObject([3, 'alive', {}]);
  socket.close();
}

describe('the chargers’ port', () => {
  it.each([
    '/%',
    '/%E0%A4%A',
    '/ocpp/%',
    '/ocpp/%00',
    '/ocpp/..%2F',
    '/ocpp/',
    '/',
    '/ocpp/a/b',
    `/ocpp/${'x'.repeat(49)}`,
  ])('answers an upgrade of %s with 400 or 404 and goes on', async (path) => {
    expect(await exchange(ocppPort(), upgrade(path, 'Sec-WebSocket-Protocol: ocpp1.6\r\n'))).toMatch(
      /^HTTP\/1\.1 40[04] /,
    );
    await stillWorks();
  });

  it('answers an unknown identity and a wrong secret alike', async () => {
    const tried = (identity: string) =>
      exchange(
        ocppPort(),
        upgrade(
          `/ocpp/${identity}`,
          `Sec-WebSocket-Protocol: ocpp1.6\r\nAuthorization: ${basic(identity, 'wrong')}\r\n`,
        ),
      );
    const [known, unknown] = [await tried('CP-1'), await tried('nobody')];
    expect(known).toMatch(/^HTTP\/1\.1 401 /);
    expect(unknown).toBe(known);
    const refused = await polisgrid.admin.items<{ identity: string; reason: string }>('/v1/chargers/refused');
    expect(refused.map(({ identity }) => identity)).toEqual(expect.arrayContaining(['CP-1', 'nobody']));
  });

  it('refuses a charger that offers no version it knows', async () => {
    const authorised = `Authorization: ${basic('CP-1', SECRET)}\r\n`;
    expect(await exchange(ocppPort(), upgrade('/ocpp/CP-1', authorised))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await exchange(ocppPort(), upgrade('/ocpp/CP-1', `${authorised}Sec-WebSocket-Protocol: ocpp9\r\n`))).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  it('closes a connection that sends a frame of 60 MB, and only that', async () => {
    const socket = await openCharger();
    socket.on('error', () => undefined); // the reset comes while we still write
    socket.send('x'.repeat(60_000_000));
    const [code] = (await once(socket, 'close')) as [number];
    expect([1006, 1009]).toContain(code);
    await stillWorks();
  });

  it('answers what is no OCPP message with a CALLERROR and keeps the raw frame', async () => {
    const socket = await openCharger();
    const frames = [
      'no json',
      '{}',
      '[]',
      '[2]',
      '[2,"1","NoSuchAction",{}]',
      '[2,"2","StartTransaction",{"connectorId":1}]',
      '[9,"3","X",{}]',
    ];
    for (const frame of frames) expect((await answerTo(socket, frame))[0], frame).toBe(4);
    socket.close();
    const kept = await eventually(
      () => polisgrid.admin.items<{ frame: string; direction: string }>('/v1/chargers/CP-1/messages?limit=100'),
      (messages) =>
        frames.every((frame) => messages.some((message) => message.direction === 'in' && message.frame === frame)),
    );
    expect(kept.length).toBeGreaterThanOrEqual(frames.length);
    await stillWorks();
  });
});

describe('the devices’ port', () => {
  const connectPacket = (user: string, password: string): Buffer => {
    const text = (value: string) =>
      Buffer.concat([Buffer.from([value.length >> 8, value.length & 255]), Buffer.from(value)]);
    const body = Buffer.concat([text('MQTT'), Buffer.from([4, 0xc2, 0, 60]), text('raw'), text(user), text(password)]);
    return Buffer.concat([Buffer.from([0x10, body.length]), body]);
  };

  it('cuts a client whose first packet is no CONNECT or claims 268 MB', async () => {
    for (const bytes of [
      Buffer.from([0xc0, 0]),
      Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ]) {
      expect(await exchange(mqttPort(), bytes)).toBe('');
    }
    await stillWorks();
  });

  it('cuts a client that announces a packet of 200 MB, without keeping it', async () => {
    const before = process.memoryUsage().rss;
    const socket = connect(mqttPort(), '127.0.0.1');
    socket.on('error', () => undefined); // the reset comes while we still write
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(connectPacket('barolo-gw', SECRET));
    const [accepted] = (await once(socket, 'data')) as [Buffer];
    expect(accepted).toEqual(Buffer.from([0x20, 2, 0, 0]));
    socket.write(Buffer.concat([Buffer.from([0x32, 0x80, 0x84, 0xaf, 0x5f]), Buffer.alloc(1_000_000)]));
    await closed;
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    await stillWorks();
  });

  it('refuses a wrong secret with return code 4 or 5', async () => {
    const heard = Buffer.from(await exchange(mqttPort(), connectPacket('barolo-gw', 'wrong')), 'latin1');
    expect(heard[0]).toBe(0x20);
    expect([4, 5]).toContain(heard[3]);
  });
});

describe('the HTTP API', () => {
  it.each([
    ['PUT', '/v1/sites/barolo', '{"name":', 400],
    ['PUT', '/v1/sites/barolo', '{"name":5}', 400],
    ['PUT', '/v1/sites/barolo', '{"name":"x","colour":"red"}', 400],
    ['PUT', '/v1/sites/a%2Fb', '{"name":"x"}', 400],
    ['GET', '/v1/series?device=a&metric=%22;drop&from=yesterday', undefined, 400],
    ['GET', '/v1/sessions?limit=0', undefined, 400],
    ['GET', '/v1/nothing', undefined, 404],
    ['GET', '/v1/sites/nowhere', undefined, 404],
  ])('%s %s %s is answered by a problem', async (method, path, body, status) => {
    const response = await fetch(polisgrid.platform.consoleUrl + path, {
      method,
      headers: { authorization: 'Bearer an-admin-key-for-tests-only', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status, title: expect.any(String), code: expect.any(String) });
    expect(response.status).toBe(status);
  });

  it('answers a path that is no URL', async () => {
    expect(
      await exchange(
        Number(new URL(polisgrid.platform.consoleUrl).port),
        'GET /% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      ),
    ).toMatch(/^HTTP\/1\.1 4\d\d /);
    await stillWorks();
  });
});
