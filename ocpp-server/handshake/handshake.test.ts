import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer, type Specimen } from '../specimens/server.ts';
import { openWire, rawRequest, secretOf, upgradeOf, type Dial } from '../specimens/wire.ts';

const BASIC = (pair: string) => `Authorization: Basic ${Buffer.from(pair).toString('base64')}`;

let specimen: Specimen;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());

describe('a path', () => {
  const cases: [path: string, status: number][] = [
    ['/%', 400],
    ['/%E0%A4%A', 400],
    ['/ocpp/%', 400],
    ['/ocpp/%00', 400],
    ['/ocpp/..', 400],
    ['/ocpp/%2e%2e', 400],
    ['/ocpp/..%2F..%2Fetc', 400],
    ['/ocpp/a%20b', 400],
    [`/ocpp/${'x'.repeat(49)}`, 400],
    ['/ocpp/%D0%A11', 400],
    ['/ocpp/', 404],
    ['/ocpp', 404],
    ['/ocpp/C1/more', 404],
    ['/', 404],
    ['/other/C1', 404],
    ['/ocpp/__proto__', 401],
    ['/ocpp/constructor', 401],
  ];

  test('that names no charger is refused, and the server lives on', async () => {
    for (const [path, status] of cases) {
      const request = upgradeOf(path, ['Sec-WebSocket-Protocol: ocpp1.6']);
      expect(`${path} ${await rawRequest(specimen.port, request)}`).toContain(`${path} HTTP/1.1 ${status} `);
    }
    const wire = await specimen.connect('C1');
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
  });

  test('may end with a slash or carry a query, and its identity may hold a colon', async () => {
    await specimen.register('DE:1');
    for (const path of ['/ocpp/DE:1', '/ocpp/DE%3A1', '/ocpp/DE%3A1/', '/ocpp/DE:1?v=1']) {
      const wire = await openWire(specimen.port, { id: 'DE:1', path });
      expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
    }
  });
});

describe('signing in', () => {
  const attempts: [what: string, dial: Dial, status: string][] = [
    ['an unknown identity', { id: 'NOBODY' }, '401'],
    ['a wrong secret', { id: 'C1', secret: 'wrong' }, '401'],
    ['no secret', { id: 'C1', secret: null }, '401'],
    ['the secret of another charger', { id: 'C1', secret: secretOf('C2') }, '401'],
    ['the secret of another charger under its name', { id: 'C1', user: 'C2', secret: secretOf('C2') }, '401'],
    ['a profile that demands TLS', { id: 'TLS' }, '401'],
    ['profile 0 where the configuration does not allow it', { id: 'OPEN', secret: null }, '401'],
    ['no subprotocol', { id: 'C1', protocols: [] }, '400'],
    ['unknown subprotocols', { id: 'C1', protocols: ['ocpp1.5', 'ocpp9'] }, '400'],
  ];

  test.each(attempts)('with %s fails', async (_what, dial, status) => {
    await specimen.register('C1');
    await specimen.register('C2');
    await specimen.register('TLS', 2);
    await specimen.register('OPEN', 0);
    await expect(openWire(specimen.port, dial)).rejects.toThrow(status);
    const [refused] = specimen.server.refused();
    expect(refused).toMatchObject({ identity: dial.id, reason: expect.any(String) as string });
    expect(JSON.stringify(refused)).not.toContain(secretOf('C1'));
  });

  test('looks the same from outside for an unknown identity and a wrong secret', async () => {
    await specimen.register('C1');
    const answers = await Promise.all(
      ['C1', 'NOBODY'].map((id) =>
        rawRequest(specimen.port, upgradeOf(`/ocpp/${id}`, ['Sec-WebSocket-Protocol: ocpp1.6', BASIC(`${id}:no`)])),
      ),
    );
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).toContain('WWW-Authenticate: Basic');
  });

  test('works with a foreign or empty user name, and with profile 0 where it is allowed', async () => {
    await using insecure = await openServer({ allowInsecure: true });
    await insecure.register('C1');
    await insecure.register('OPEN', 0);
    for (const dial of [
      { id: 'C1', user: '' },
      { id: 'C1', user: 'admin' },
      { id: 'OPEN', secret: null },
    ]) {
      const wire = await openWire(insecure.port, dial);
      expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
    }
  });

  test('with the right secret works after a thousand wrong ones from the same address', async () => {
    await specimen.register('C1');
    const wrong = upgradeOf('/ocpp/C1', ['Sec-WebSocket-Protocol: ocpp1.6', BASIC('C1:guess')]);
    const statuses = new Set<string>();
    for (let hundred = 0; hundred < 10; hundred++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => rawRequest(specimen.port, wrong)));
      for (const answer of answers) statuses.add(answer.slice(9, 12));
    }
    expect([...statuses]).toEqual(['401', '429']);
    await openWire(specimen.port, { id: 'C1' });

    // An installer beside the guesser still sees why a charger does not get in.
    await specimen.register('C2');
    const headers = ['Sec-WebSocket-Protocol: ocpp1.6', BASIC('C2:guess')];
    expect(await rawRequest(specimen.port, upgradeOf('/ocpp/C2', headers))).toContain(' 429 ');
    await rawRequest(specimen.port, upgradeOf('/ocpp/NOT-A-CHARGER', headers));
    const listed = specimen.server.refused().map(({ identity }) => identity);
    expect([listed.includes('C2'), listed.includes('NOT-A-CHARGER')]).toEqual([true, false]);
  });

  test('prefers the newer version, and shrugs at a list that names one twice', async () => {
    await specimen.register('C1');
    const both = await openWire(specimen.port, { id: 'C1', protocols: ['ocpp1.6', 'ocpp2.0.1'] });
    expect(both.socket.protocol).toBe('ocpp2.0.1');
    const twice = ['Sec-WebSocket-Protocol: ocpp1.6, ocpp1.6', BASIC(`C1:${secretOf('C1')}`)];
    const socket = connect({ port: specimen.port, host: '127.0.0.1' });
    socket.write(upgradeOf('/ocpp/C1', twice));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('101 Switching Protocols');
    socket.destroy();
  });
});

test('slow headers and idle sockets are given up', async () => {
  await using specimen = await openServer({ headersTimeoutMs: 200 });
  const idle = rawRequest(specimen.port, '');
  const slow = rawRequest(specimen.port, 'GET /ocpp/C1 HTTP/1.1\r\nHost: x\r\n');
  expect(await Promise.all([idle, slow])).toEqual([expect.any(String), expect.stringContaining('408')]);
});

test('a plain request is told to upgrade', async () => {
  expect((await fetch(`http://127.0.0.1:${specimen.port}/ocpp/C1`)).status).toBe(426);
});

test('a port in use is named', async () => {
  await expect(openServer({ port: specimen.port })).rejects.toThrow(String(specimen.port));
});
