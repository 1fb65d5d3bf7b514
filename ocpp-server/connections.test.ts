import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer, openWire, rawRequest, SECRET, upgradeOf, type Dial, type Specimen } from './specimens.ts';

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
    ['the secret of another charger under its name', { id: 'C1', user: 'C2', secret: 't'.repeat(40) }, '401'],
    ['a profile that demands TLS', { id: 'TLS' }, '401'],
    ['profile 0 where the configuration does not allow it', { id: 'OPEN', secret: null }, '401'],
    ['no subprotocol', { id: 'C1', protocols: [] }, '400'],
    ['unknown subprotocols', { id: 'C1', protocols: ['ocpp1.5', 'ocpp9'] }, '400'],
  ];

  test.each(attempts)('with %s fails', async (_what, dial, status) => {
    await specimen.register('C1');
    await specimen.register('TLS', 2);
    await specimen.register('OPEN', 0);
    await expect(openWire(specimen.port, dial)).rejects.toThrow(status);
    const [refused] = specimen.server.refused();
    expect(refused).toMatchObject({ identity: dial.id, reason: expect.any(String) as string });
    expect(JSON.stringify(refused)).not.toContain(SECRET);
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
    const twice = ['Sec-WebSocket-Protocol: ocpp1.6, ocpp1.6', BASIC(`C1:${SECRET}`)];
    const socket = connect({ port: specimen.port, host: '127.0.0.1' });
    socket.write(upgradeOf('/ocpp/C1', twice));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('101 Switching Protocols');
    socket.destroy();
  });
});

describe('a connection', () => {
  test('that is newer takes the place of the older, whose late end changes nothing', async () => {
    const first = await specimen.connect('C1');
    await first.call('Heartbeat', {});
    const before = specimen.server.connectionOf('C1');
    const second = await specimen.connect('C1');
    await first.closed;
    expect(await second.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
    const now = specimen.server.connectionOf('C1');
    expect(now?.epoch).toBeGreaterThan(before?.epoch ?? Infinity);
    expect(await specimen.charging.station('C1')).toMatchObject({ online: true });
    second.socket.close();
    await expect.poll(() => specimen.charging.station('C1')).toMatchObject({ online: false });
    expect(specimen.server.connectionOf('C1')).toBeNull();
  });

  test('may be swapped a hundred times', async () => {
    await using own = await openServer();
    await own.register('C1');
    await Promise.all(Array.from({ length: 100 }, () => openWire(own.port, { id: 'C1' }).catch(() => null)));
    const last = await own.connect('C1');
    expect(await last.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
    expect(own.server.connectionCount()).toBe(1);
  });

  test('that sends 60 MB at once is closed, and no other', async () => {
    const good = await specimen.connect('GOOD');
    const bad = await specimen.connect('BAD');
    bad.send('x'.repeat(60_000_000));
    expect([1009, 1006]).toContain(await bad.closed);
    expect(await good.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
  });

  test('that answers no ping is given up', async () => {
    await using own = await openServer({ pingIntervalMs: 50 });
    await own.register('C1');
    const deaf = await openWire(own.port, { id: 'C1', autoPong: false });
    expect(await deaf.closed).toBe(1006);
    const good = await openWire(own.port, { id: 'C1' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await good.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
  });

  test('is closed by the server when the registration changes', async () => {
    const wire = await specimen.connect('C1');
    specimen.server.disconnect('C1', 'The registration changed');
    expect(await wire.closed).toBe(1008);
  });

  test('is closed with 1001 when the server stops, and the charger is offline', async () => {
    const stopped = await openServer();
    const wire = await stopped.connect('C1');
    await wire.call('Heartbeat', {});
    await stopped.stop();
    expect(await wire.closed).toBe(1001);
    expect(await stopped.charging.station('C1')).toMatchObject({ online: false });
    await expect(openWire(stopped.port, { id: 'C1' })).rejects.toThrow('closed');
    await stopped[Symbol.asyncDispose]();
  });
});

test('a charger that does not hear that the server stops cannot hold it up', async () => {
  const own = await openServer();
  const deaf = await own.connect('C1');
  const command = own.server.command('C1', { command: 'reset', type: 'soft' });
  await deaf.next();
  deaf.socket.pause();
  await own[Symbol.asyncDispose]();
  expect(await command).toEqual({ outcome: 'unknown', response: null });
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
