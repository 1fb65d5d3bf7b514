import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import type { Journal } from '#storage/journal.ts';
import { listDead } from '../accounting/dead-letter-tables.ts';
import { closing, connectPacket, openSocket, signedInSocket } from '../specimens/raw-connection.ts';
import { openStores, openTestBed, say, secretOf, type TestBed } from '../specimens/test-bed.ts';

const at = Date.now();
const data = { ts: at, v: { W: 4312.5 } };

let stores: Awaited<ReturnType<typeof openStores>>;
let bed: TestBed;

beforeAll(async () => {
  stores = await openStores();
});
afterEach(() => bed.close());
afterAll(() => stores.close());

/** The stores, with a journal whose append is done by another way round. */
const withAppend = (append: Journal['append']) => ({ ...stores, journal: { ...stores.journal, append } });
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000 });
const isClosed = (client: { connected: boolean }) => eventually(() => expect(client.connected).toBe(false));

describe('acknowledgement', () => {
  it('waits until the message is in the journal', async () => {
    const commit = Promise.withResolvers<void>();
    const slow = withAppend(async (...entries) => {
      await commit.promise;
      return stores.journal.append(...entries);
    });
    bed = await openTestBed(slow);
    const meter = await bed.connect('meter');
    let acknowledged = false;
    const publishing = say(meter, 'barolo/data/meter/meter', data).then(() => (acknowledged = true));
    await wait(150);
    expect(acknowledged).toBe(false);
    const before = await stores.journal.head('readings');
    commit.resolve();
    await publishing;
    const [entry] = await stores.journal.read('readings', { after: before, limit: 10 });
    expect(JSON.parse(entry?.body ?? '')).toEqual([
      { site: 'barolo', device: 'meter', type: 'grid-meter', ts: at, values: { W: 4312.5 } },
    ]);
  });

  it('is refused while the journal is away, and given when the message is sent again', async () => {
    let away = true;
    bed = await openTestBed(
      withAppend((...entries) =>
        away ? Promise.reject(new PolisError('unavailable', 'disk full')) : stores.journal.append(...entries),
      ),
    );
    const meter = await bed.connect('meter', { reconnectPeriod: 20 });
    let acknowledged = false;
    const publishing = say(meter, 'barolo/data/meter/meter', data).then(() => (acknowledged = true));
    await wait(150);
    expect(acknowledged).toBe(false);
    away = false;
    await publishing;
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ device: 'meter', values: { W: 4312.5 } }]);
  });

  it('of many messages takes few journal entries', async () => {
    bed = await openTestBed(stores);
    const before = await stores.journal.head('readings');
    const meter = await bed.connect('meter');
    const messages = Array.from({ length: 500 }, (_, index) => ({ ts: at - index, v: { W: index } }));
    await Promise.all(messages.map((message) => say(meter, 'barolo/data/meter/meter', message)));
    expect(bed.telemetry.counters()).toMatchObject({ accepted: 500, journalled: 500 });
    expect((await stores.journal.head('readings')) - before).toBeLessThan(250);
  });

  it('is given to malformed messages, which become dead letters and leave the connection open', async () => {
    bed = await openTestBed(stores);
    const meter = await bed.connect('meter');
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    for (const payload of ['{', 'null', '[]', deep, '{"ts":"today","v":{}}', '{"ts":1,"v":{"W":NaN}}']) {
      await say(meter, 'barolo/data/meter/meter', payload);
    }
    expect(meter.connected).toBe(true);
    expect(bed.telemetry.counters()).toMatchObject({ received: 6, accepted: 0, malformed: 6, dead: 6 });
    const dead = await stores.records.run(listDead, { limit: 10 });
    expect(dead.map(({ topic }) => topic)).toEqual(Array(6).fill('estate/v1/barolo/data/meter/meter'));
    expect(dead.find(({ payload }) => payload.startsWith('[[['))?.payload).toHaveLength(4096);
  });
});

describe('signing in', () => {
  it.each([
    ['a wrong password', 'meter', 'wrong', 4],
    ['the secret of another', 'meter', secretOf('gw'), 4],
    ['no password', 'meter', undefined, 4],
    ['an unknown id', 'nobody', secretOf('nobody'), 4],
    ['an id that is none', '../meter', secretOf('../meter'), 4],
    ['a name that every object has', '__proto__', secretOf('__proto__'), 4],
    ['a charger', 'charger', secretOf('charger'), 5],
    ['a device without a site', 'homeless', secretOf('homeless'), 5],
  ])('%s is refused', async (_, username, password, code) => {
    bed = await openTestBed(stores);
    const attempt = bed.connect(username, password === undefined ? { password: '' } : { password });
    await expect(attempt).rejects.toMatchObject({ code });
    expect(bed.telemetry.counters()).toMatchObject({ signInsRefused: 1 });
    expect(bed.telemetry.connectionCount()).toBe(0);
  });

  it('with a last will to a foreign topic is refused', async () => {
    bed = await openTestBed(stores);
    const will = { topic: 'estate/v1/site10/state/gw1', payload: Buffer.from('{}'), qos: 1, retain: true } as const;
    await expect(bed.connect('gw1', { will })).rejects.toMatchObject({ code: 5 });
    const own = { ...will, topic: 'estate/v1/site1/state/gw1' };
    expect((await bed.connect('gw1', { will: own })).connected).toBe(true);
  });

  it.each([
    ['with the same client id', { clientId: 'one' }, { clientId: 'one' }],
    [
      'for a session that lasts, whatever client id it chose',
      { clientId: 'one', clean: false },
      { clientId: 'two', clean: false },
    ],
  ])('twice as one device %s ends the first connection', async (_, one, two) => {
    bed = await openTestBed(stores);
    const first = await bed.connect('meter', one);
    const second = await bed.connect('meter', two);
    await isClosed(first);
    await say(second, 'barolo/data/meter/meter', data);
    expect(bed.telemetry.connectionCount()).toBe(1);
  });

  it('with other client ids stands beside the first, four times at most', async () => {
    bed = await openTestBed(stores);
    const clients: MqttClient[] = [];
    for (const clientId of ['one', 'two', 'three', 'four']) clients.push(await bed.connect('meter', { clientId }));
    expect(bed.telemetry.connectionCount()).toBe(4);
    const fifth = await bed.connect('meter');
    await eventually(() => expect(clients.map((client) => client.connected)).toEqual([false, true, true, true]));
    await say(fifth, 'barolo/data/meter/meter', data);
  });

  it('is asked for again when the device is registered anew', async () => {
    bed = await openTestBed(stores);
    const [meter, gateway] = [await bed.connect('meter'), await bed.connect('gw1')];
    bed.telemetry.registered('meter');
    await isClosed(meter);
    expect(gateway.connected).toBe(true);
  });

  it('with the client id of another device leaves that one alone', async () => {
    bed = await openTestBed(stores);
    const meter = await bed.connect('meter', { clientId: 'meter' });
    await bed.connect('gw1', { clientId: 'meter' });
    await say(meter, 'barolo/data/meter/meter', data);
    expect(bed.telemetry.connectionCount()).toBe(2);
  });
});

describe('a device that oversteps', () => {
  it.each([
    ['a site of the same prefix', 'gw1', 'site10/data/gw1/inv', 1, false],
    ['another node', 'gw', 'barolo/data/meter/meter', 1, false],
    ['a command', 'gw', 'barolo/cmd/gw/gw', 1, false],
    ['retained measurements', 'meter', 'barolo/data/meter/meter', 1, true],
    ['QoS 2', 'meter', 'barolo/data/meter/meter', 2, false],
    ['a topic of 60,000 characters', 'meter', 'a'.repeat(60_000), 1, false],
    ['101 levels', 'meter', 'a/'.repeat(101), 1, false],
  ] as const)('by %s is cut off', async (_, user, topic, qos, retain) => {
    bed = await openTestBed(stores);
    const client = await bed.connect(user);
    client.publish(`estate/v1/${topic}`, JSON.stringify(data), { qos, retain });
    await isClosed(client);
    expect(bed.telemetry.counters()).toMatchObject({ accepted: 0, journalled: 0 });
  });

  it.each(['#', 'estate/v1/#', 'estate/v1/barolo/cmd/+/#', 'estate/v1/barolo/data/gw/gw', '$SYS/#'])(
    'by a subscription to %s is refused, and stays',
    async (filter) => {
      bed = await openTestBed(stores);
      const gateway = await bed.connect('gw');
      await expect(gateway.subscribeAsync(filter, { qos: 1 })).rejects.toThrow('Subscribe error');
      await gateway.subscribeAsync('estate/v1/barolo/cmd/gw/#', { qos: 1 });
      expect(gateway.connected).toBe(true);
    },
  );
});

describe('a raw connection', () => {
  it.each([
    ['claims 200 MB', [0x31, 0x80, 0x84, 0xaf, 0x5f]],
    ['claims 268 MB', [0x30, 0xff, 0xff, 0xff, 0x7f]],
    ['has a length of five bytes', [0x30, 0x80, 0x80, 0x80, 0x80, 0x01]],
  ])('whose packet %s is cut at once', async (_, header) => {
    bed = await openTestBed(stores);
    const socket = await signedInSocket(bed.port);
    const closed = closing(socket);
    socket.write(Buffer.from(header));
    await closed;
    expect(bed.telemetry.counters()).toMatchObject({ cut: 1 });
    expect(bed.telemetry.connectionCount()).toBe(0);
  });

  it('that sends 250 MB as a CONNECT is cut while it sends', async () => {
    bed = await openTestBed(stores);
    const socket = await openSocket(bed.port);
    const closed = closing(socket);
    const megabyte = Buffer.alloc(1 << 20);
    socket.write(Buffer.from([0x10, 0x80, 0xe5, 0x9a, 0x77]));
    for (let sent = 0; sent < 250 && !socket.destroyed; sent++) {
      await new Promise((resolve) => socket.write(megabyte, resolve));
    }
    await closed;
    expect(socket.bytesWritten).toBeLessThan(20 << 20);
    expect(bed.telemetry.counters()).toMatchObject({ cut: 1 });
  });

  it.each([
    ['speaks HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['does not begin with CONNECT', generate({ cmd: 'pingreq' })],
    ['sends a CONNECT of 9 KiB', connectPacket('x'.repeat(9_000))],
  ])('that %s is cut without an answer', async (_, bytes) => {
    bed = await openTestBed(stores);
    const socket = await openSocket(bed.port);
    let answered = false;
    socket.on('data', () => (answered = true));
    const closed = closing(socket);
    socket.write(bytes);
    await closed;
    expect(answered).toBe(false);
    expect(bed.telemetry.counters()).toMatchObject({ cut: 1 });
  });

  it.each([
    ['is silent', Buffer.alloc(0)],
    ['does not finish its CONNECT', connectPacket().subarray(0, -1)],
  ])('that %s is cut after ten seconds', async (_, bytes) => {
    const clock = handClock(at);
    bed = await openTestBed({ ...stores, ground: { ...stores.ground, clock } });
    const socket = await openSocket(bed.port);
    socket.write(bytes);
    await wait(50);
    await clock.advance(9_999);
    expect(socket.closed).toBe(false);
    const closed = closing(socket);
    await clock.advance(1);
    await closed;
    expect(bed.telemetry.counters()).toMatchObject({ cut: 1 });
  });

  it('that breaks off in a packet harms nobody', async () => {
    bed = await openTestBed(stores);
    const socket = await openSocket(bed.port);
    socket.write(Buffer.concat([connectPacket(), Buffer.from([0x32, 0x50, 0x00, 0x05, 0x65])]));
    await once(socket, 'data');
    socket.resetAndDestroy();
    const meter = await bed.connect('meter');
    await say(meter, 'barolo/data/meter/meter', data);
    expect(bed.telemetry.counters()).toMatchObject({ accepted: 1 });
  });
});
