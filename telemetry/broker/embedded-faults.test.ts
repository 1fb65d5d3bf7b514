import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import { closing, connectPacket, openSocket, signedInSocket } from '../specimens/raw-connection.ts';
import { openStores, openTestBed, say, secretOf, type TestBed } from '../specimens/test-bed.ts';

/** What a device may do to the broker, by mistake or on purpose: it harms itself alone. */

const at = Date.now();
let stores: Awaited<ReturnType<typeof openStores>>;
let bed: TestBed;

beforeAll(async () => {
  stores = await openStores();
});
afterEach(() => bed.close());
afterAll(() => stores.close());

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 10 });

/** A PUBLISH, its header and body byte by byte. */
const publish = (header: number, topic: Buffer, rest = Buffer.alloc(0)) =>
  Buffer.concat([Buffer.from([header, topic.length + 2 + rest.length, 0, topic.length]), topic, rest]);
const own = Buffer.from('estate/v1/barolo/data/meter/meter');

describe('a packet', () => {
  it.each([
    ['of QoS 3', publish(0x36, own, Buffer.from([0, 1]))],
    ['of QoS 1 with packet identifier 0', publish(0x32, own, Buffer.from([0, 0]))],
    ['that subscribes with packet identifier 0', Buffer.from([0x82, 6, 0, 0, 0, 1, 0x61, 0])],
    ['that acknowledges packet identifier 0', Buffer.from([0x40, 2, 0, 0])],
    ['with reserved bits', Buffer.from([0x80, 0x05, 0, 1, 0, 0, 1])],
    ['of no known kind', Buffer.from([0x00, 0x00])],
    ['that only a broker sends', Buffer.from([0x20, 0x02, 0, 0])],
    [
      'that is a second CONNECT',
      generate({ cmd: 'connect', clientId: 'again', protocolId: 'MQTT', protocolVersion: 4 }),
    ],
    ['with bad UTF-8 in its topic', publish(0x30, Buffer.from([...own, 0xff, 0xfe]))],
    ['with a NUL in its topic', publish(0x30, Buffer.from([...own, 0x00]))],
    ['with an empty topic', publish(0x30, Buffer.alloc(0))],
    ['with a wildcard in its topic', publish(0x30, Buffer.from('estate/v1/barolo/data/meter/+'))],
    ['for the broker itself', publish(0x30, Buffer.from('$SYS/x/new/clients'))],
    ['whose topic is longer than itself', Buffer.from([0x30, 0x04, 0xff, 0xff, 0x61, 0x62])],
    ['that subscribes to more than 8 KiB', Buffer.from([0x82, 0x80, 0x48])],
  ])('%s ends its connection and no other', async (_, bytes) => {
    bed = await openTestBed(stores);
    const witness = await bed.connect('gw1');
    const socket = await signedInSocket(bed.port);
    const closed = closing(socket);
    socket.resume().write(bytes);
    await closed;
    await say(witness, 'site1/data/gw1', { ts: at, d: {} });
    expect(bed.telemetry.connectionCount()).toBe(1);
  });
});

describe('a message', () => {
  it('that arrives in pieces while its sender is still being signed in is taken whole', async () => {
    const run: typeof stores.records.run = async (unit, input) => {
      await wait(100);
      return stores.records.run(unit, input);
    };
    bed = await openTestBed({ ...stores, records: { ...stores.records, run } });
    const socket = await openSocket(bed.port);
    const payload = JSON.stringify({ ts: at, v: { W: 1 } });
    const message = generate({
      cmd: 'publish',
      topic: own.toString(),
      payload,
      qos: 1,
      messageId: 1,
      dup: false,
      retain: false,
    });
    for (const piece of [connectPacket(), message.subarray(0, 10), message.subarray(10, 20), message.subarray(20)]) {
      socket.write(piece);
      await wait(20);
    }
    await eventually(() => expect(bed.telemetry.counters()).toMatchObject({ accepted: 1 }));
    socket.destroy();
  });
});

describe('QoS 2', () => {
  it('is cut off before anything of it is kept', async () => {
    bed = await openTestBed(stores);
    const socket = await signedInSocket(bed.port);
    const closed = closing(socket);
    const packet = (messageId: number) =>
      generate({ cmd: 'publish', topic: own.toString(), payload: '{}', qos: 2, messageId, dup: false, retain: false });
    socket.resume();
    for (let messageId = 1; messageId <= 65_535 && !socket.destroyed; messageId++) socket.write(packet(messageId));
    await closed;
    expect(bed.telemetry.counters()).toMatchObject({ accepted: 0 });
  });
});

describe('a client that never reads', () => {
  it('is cut when what it should read does not leave', async () => {
    bed = await openTestBed(stores, { readsWithinMs: 200 });
    const socket = await signedInSocket(bed.port);
    const closed = closing(socket);
    socket.pause();
    // Each is answered with what is retained there.
    const asking = generate({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: 'estate/v1/host/main', qos: 0 }],
    });
    const pings = Buffer.concat(Array.from({ length: 1_000 }, () => asking));
    let flowing = true;
    const flood = async () => {
      while (flowing && !socket.destroyed) {
        if (!socket.write(pings)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
      }
    };
    const flooding = flood();
    await eventually(() => expect(bed.telemetry.connectionCount()).toBe(0));
    flowing = false;
    socket.destroy();
    await flooding;
  });
});

describe('sessions that last', () => {
  it('are one for each device, however many it asks for', async () => {
    bed = await openTestBed(stores);
    for (let count = 0; count < 50; count++) {
      const client = await bed.connect('gw', { clientId: `session-${count}`, clean: false });
      await client.subscribeAsync('estate/v1/barolo/cmd/gw/#', { qos: 1 });
      await client.endAsync(true);
    }
    // The fifty-first finds the session of the first.
    const client = await bed.connect('gw', { clientId: 'another', clean: false });
    const arrived = vi.fn<() => void>();
    client.on('message', arrived);
    await say(client, 'barolo/state/gw', { online: true, ts: at, bd: 1 });
    await say(client, 'barolo/birth/gw/inv1', { ts: at, type: 'pv-inverter' });
    void bed.telemetry.command({ site: 'barolo', device: 'inv1' }, { WMaxLimPct: 50 });
    await eventually(() => expect(arrived).toHaveBeenCalledTimes(1));
  });

  it('keep no filter that was refused beside one that was granted', async () => {
    bed = await openTestBed(stores);
    const spy = await bed.connect('gw1', { clean: false, clientId: 'lasting' });
    await spy
      .subscribeAsync(['estate/v1/site1/cmd/gw1/#', 'estate/v1/barolo/cmd/gw/#', '#'], { qos: 1 })
      .catch(() => undefined);
    await spy.endAsync(true);
    const gateway = await bed.connect('gw');
    await say(gateway, 'barolo/birth/gw/inv1', { ts: at, type: 'pv-inverter' });
    await say(gateway, 'barolo/data/gw/inv1', { ts: at, v: { W: 1 } });
    void bed.telemetry.command({ site: 'barolo', device: 'inv1' }, { WMaxLimPct: 50 });
    await wait(100);
    const heard: unknown[] = [];
    const leave = await comeBack('gw1', heard);
    await wait(200);
    expect(heard).toEqual([]);
    await leave();
  });

  it('have at most 600 filters', async () => {
    bed = await openTestBed(stores);
    const gateway = await bed.connect('gw', { clean: false, clientId: 'lasting' });
    const subscribe = (from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, n) =>
          gateway.subscribeAsync(`estate/v1/barolo/cmd/gw/d${from + n}`, { qos: 1 }),
        ),
      );
    await subscribe(0, 600);
    await expect(subscribe(600, 601)).rejects.toThrow('Subscribe error');
    await gateway.unsubscribeAsync('estate/v1/barolo/cmd/gw/d7');
    await subscribe(600, 601);
  });

  it('deliver no command after its time', async () => {
    const clock = handClock(at);
    bed = await openTestBed({ ...stores, ground: { ...stores.ground, clock } });
    const gateway = await bed.connect('gw', { clean: false, clientId: 'lasting' });
    await gateway.subscribeAsync('estate/v1/barolo/cmd/gw/#', { qos: 1 });
    await say(gateway, 'barolo/birth/gw/inv1', { ts: at, type: 'pv-inverter' });
    await gateway.endAsync(true);
    // The node counts as being there while another of its connections is: the commands wait for the session that left.
    const tool = await bed.connect('gw', { clientId: 'tool' });
    await say(tool, 'barolo/state/gw', { online: true, ts: at, bd: 1 });
    const give = (percent: number, expiresS: number) =>
      void bed.telemetry.orders.give({
        site: 'barolo',
        device: 'inv1',
        by: 'ada',
        set: { WMaxLimPct: percent },
        expiresS,
      });
    give(40, 10);
    give(60, 100);
    await eventually(async () =>
      expect(await bed.telemetry.orders.list({ site: 'barolo', device: 'inv1', limit: 9 })).toHaveLength(2),
    );
    await wait(100);
    await clock.advance(50 * SECOND);
    const heard: unknown[] = [];
    const leave = await comeBack('gw', heard);
    await eventually(() => expect(heard).toEqual([{ WMaxLimPct: 60 }]));
    await wait(100);
    expect(heard).toHaveLength(1);
    await leave();
  });
});

/** A gateway comes back to its session; what it is sent at once is heard. */
async function comeBack(username: string, heard: unknown[]): Promise<() => Promise<void>> {
  const session = { username, password: secretOf(username), clean: false, clientId: 'lasting' };
  const client = connect(`mqtt://127.0.0.1:${bed.port}`, session);
  client.on('message', (_, payload) => heard.push(JSON.parse(payload.toString()).set ?? payload.toString()));
  await new Promise((resolve) => client.once('connect', resolve));
  return () => client.endAsync(true);
}

describe('what a device says', () => {
  it('is retained for nobody, so that a fleet of births fills no memory', async () => {
    bed = await openTestBed(stores);
    const gateway = await bed.connect('gw');
    await gateway.publishAsync('estate/v1/barolo/birth/gw/inv1', JSON.stringify({ ts: at, type: 'pv-inverter' }), {
      qos: 1,
      retain: true,
    });
    expect(await bed.telemetry.devices({})).toMatchObject([{ device: 'inv1' }]);
  });

  it('comes as fast as its device is allowed to speak, and none is lost', async () => {
    bed = await openTestBed(stores, { messagesPerSecond: 100 });
    const meter = await bed.connect('meter');
    const began = performance.now();
    // A burst of five seconds is taken at once; of the rest, 100 a second.
    await Promise.all(
      Array.from({ length: 550 }, (_, n) => say(meter, 'barolo/data/meter/meter', { ts: at + n, v: { W: n } })),
    );
    expect(performance.now() - began).toBeGreaterThan(400);
    expect(bed.telemetry.counters()).toMatchObject({ accepted: 550, dead: 0 });
  });
});
