import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evseDevice } from '#estate/device.ts';
import { putDevice } from '#storage/registry.ts';
import { openStores, openTestBed, say, sayRetained, type TestBed } from './specimens/test-bed.ts';

const at = Date.now();
const inverter = { ts: at, type: 'pv-inverter', metrics: { W: { unit: 'W', period: 10 } } };

let stores: Awaited<ReturnType<typeof openStores>>;
let bed: TestBed;
let gateway: MqttClient;

beforeEach(async () => {
  stores = await openStores();
  bed = await openTestBed(stores);
  gateway = await bed.connect('gw');
});
afterEach(async () => {
  await bed.close();
  await stores.close();
});

const stored = (device: string, metric = 'W') =>
  stores.series.query({ site: 'barolo', devices: [device], metric, from: at - 86_400_000, to: at + 86_400_000 });
const pointsOf = async (device: string, metric = 'W') => (await stored(device, metric))[0]?.points ?? [];
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

describe('measurements', () => {
  it('of a device reach the series store, the latest values and the listeners', async () => {
    await sayRetained(gateway, 'barolo/birth/gw/inv1', inverter);
    await say(gateway, 'barolo/data/gw/inv1', { ts: at, seq: 0, v: { W: 4312.5, TmpCab: 41 }, q: { TmpCab: 0 } });
    const reading = {
      site: 'barolo',
      device: 'inv1',
      type: 'pv-inverter',
      ts: at,
      values: { W: 4312.5, TmpCab: 41 },
      quality: { TmpCab: 0 },
    };
    expect(bed.telemetry.latest('barolo')).toEqual([reading]);
    const heard = { ...reading, receivedAt: expect.any(Number) as number };
    expect(bed.facts).toContainEqual(expect.objectContaining({ kind: 'reading', site: 'barolo', reading: heard }));
    await eventually(async () => expect(await pointsOf('inv1')).toEqual([[at, 4312.5]]));
    await eventually(() => expect(bed.telemetry.counters()).toMatchObject({ journalled: 1, written: 1 }));
    expect(await bed.telemetry.lag()).toEqual([{ consumer: 'series-writer', behind: 0 }]);
  });

  it('of a whole site in one message, once, however often they are sent', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', inverter);
    await say(gateway, 'barolo/birth/gw/inv2', inverter);
    const payload = { ts: at, seq: 9, d: { inv1: { v: { W: 1 } }, inv2: { v: { W: 2 } } } };
    for (let times = 0; times < 5; times++) await say(gateway, 'barolo/data/gw', payload);
    await eventually(async () => expect(await pointsOf('inv2')).toEqual([[at, 2]]));
    await eventually(() => expect(bed.telemetry.counters().written).toBe(10));
    expect(await pointsOf('inv1')).toEqual([[at, 1]]);
    expect(bed.telemetry.counters()).toMatchObject({ gaps: 0 });
  });

  it('that were kept while offline are stored, and neither replace newer ones nor raise facts', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', inverter);
    await say(gateway, 'barolo/data/gw/inv1', { ts: at, v: { W: 100 } });
    const kept = [10, 20, 30].map((ago) => [at - ago * 60_000, { W: ago }]);
    await say(gateway, 'barolo/hist/gw/inv1', { s: kept });
    await eventually(async () => expect(await pointsOf('inv1')).toHaveLength(4));
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ ts: at, values: { W: 100 } }]);
    expect(bed.facts.filter(({ kind }) => kind === 'reading')).toHaveLength(1);
  });

  it('that come late as if they were new are history too', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', inverter);
    await say(gateway, 'barolo/data/gw/inv1', { ts: at - 3_600_000, v: { W: 100 } });
    expect(bed.facts.filter(({ kind }) => kind === 'reading')).toEqual([]);
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ values: { W: 100 }, quality: { W: 500 } }]);
    expect(bed.telemetry.counters()).toMatchObject({ late: 1, historical: 0, journalled: 1 });
  });

  it('of an hour that pass in a moment leave their node online, and ask it for nothing', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', inverter);
    for (let n = 0; n < 360; n++) {
      const message = { ts: at - (360 - n) * 10_000, seq: n % 256, d: { inv1: { v: { W: n } } } };
      await say(gateway, 'barolo/data/gw', message);
    }
    expect(bed.telemetry.isOnline({ site: 'barolo', node: 'gw' })).toBe(true);
    expect(bed.telemetry.counters()).toMatchObject({ journalled: 360, gaps: 0, rebirths: 0, repeated: 0 });
    expect(bed.facts.filter(({ kind }) => kind === 'node-online')).toHaveLength(1);
    // The newest of them is new enough.
    expect(bed.telemetry.latest('barolo')).toEqual([expect.objectContaining({ ts: at - 10_000, values: { W: 359 } })]);
  });

  it('of a registered device need no birth; a device that is its own node too', async () => {
    const meter = await bed.connect('meter');
    await say(meter, 'barolo/data/meter/meter', { ts: at, v: { W: -250 } });
    await eventually(async () => expect(await pointsOf('meter')).toEqual([[at, -250]]));
  });

  it('are in the series store for whoever asks after the acknowledgement', async () => {
    const meter = await bed.connect('meter');
    for (const W of [1, 2, 3]) {
      await say(meter, 'barolo/data/meter/meter', { ts: at + W, v: { W } });
      await bed.telemetry.catchUp();
      await eventually(async () => expect(await pointsOf('meter')).toHaveLength(W));
    }
  });

  it('of a device are taken as soon as it is registered', async () => {
    await say(gateway, 'barolo/data/gw/late', { ts: at, v: { W: 1 } });
    await stores.records.run(putDevice, { id: 'late', site: 'barolo', type: 'meter', synthetic: true, at });
    bed.telemetry.registered('late');
    await say(gateway, 'barolo/data/gw/late', { ts: at, v: { W: 2 } });
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ device: 'late', values: { W: 2 } }]);
  });

  it('of a device without a birth are known after a restart too', async () => {
    await say(await bed.connect('meter'), 'barolo/data/meter/meter', { ts: at, v: { W: 7 } });
    await bed.close();
    bed = await openTestBed(stores);
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ device: 'meter', values: { W: 7 } }]);
  });

  it('that were kept for days fit in one message, as many as its size allows', async () => {
    const s = Array.from({ length: 9_000 }, (_, n) => [at - n * 1_000, { W: n }]);
    await say(await bed.connect('meter'), 'barolo/hist/meter/meter', { s });
    await eventually(async () => expect(await pointsOf('meter')).toHaveLength(9_000));
  });

  it('of an unknown metric are quarantined, and the rest is kept', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', inverter);
    for (let times = 0; times < 2; times++) {
      await say(gateway, 'barolo/data/gw/inv1', '{"ts":' + at + ',"v":{"W":1,"Mood":7,"__proto__":5}}');
    }
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ values: { W: 1 } }]);
    expect(bed.telemetry.counters()).toMatchObject({ quarantined: 4 });
    expect(bed.telemetry.quarantine()).toContainEqual(
      expect.objectContaining({ site: 'barolo', device: 'inv1', metric: 'Mood', times: 2 }),
    );
  });

  it('of an unknown device are dead letters with the reason', async () => {
    await say(gateway, 'barolo/data/gw/ghost', { ts: at, v: { W: 1 } });
    expect(bed.telemetry.deadLetters()).toMatchObject([
      { topic: 'estate/v1/barolo/data/gw/ghost', reason: 'ghost: unknown device: neither born nor registered' },
    ]);
    expect(bed.telemetry.counters()).toMatchObject({ journalled: 0, quarantined: 1, dead: 1 });
    await bed.close();
    bed = await openTestBed(stores);
    expect(bed.telemetry.deadLetters()).toMatchObject([{ topic: 'estate/v1/barolo/data/gw/ghost' }]);
  });

  it('of a charger are taken from the platform, and from no node', async () => {
    const device = evseDevice('IT-PGR-barolo-1', 1);
    const reading = { site: 'barolo', device, type: 'charging-station', ts: at, values: { W: 7360, A: 32 } };
    await bed.telemetry.accept([{ ...reading, values: { ...reading.values, Frequency: 50, V: NaN } }]);
    expect(bed.telemetry.latest('barolo')).toEqual([reading]);
    await eventually(async () => expect(await pointsOf(device)).toEqual([[at, 7360]]));
    await say(gateway, 'barolo/birth/gw/fake', { ts: at, type: 'charging-station' });
    expect(bed.telemetry.deadLetters()).toMatchObject([{ reason: 'a charging-station does not speak MQTT' }]);
  });

  it('from the future are kept with bad quality, and are not the latest', async () => {
    const meter = await bed.connect('meter');
    const ahead = at + 3_600_000;
    await say(meter, 'barolo/data/meter/meter', { ts: ahead, v: { W: 1 } });
    await say(meter, 'barolo/data/meter/meter', { ts: at, v: { W: 2 } });
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ ts: at, values: { W: 2 } }]);
    await eventually(async () =>
      expect(await pointsOf('meter')).toEqual([
        [at, 2],
        [ahead, 1],
      ]),
    );
  });
});

describe('devices', () => {
  it('are known by their births, also after a restart, until they are removed', async () => {
    await sayRetained(gateway, 'barolo/birth/gw/inv1', inverter);
    await say(gateway, 'barolo/data/gw/inv1', { ts: at, v: { W: 5 } });
    await eventually(() => expect(bed.telemetry.counters().written).toBe(1));
    await bed.close();
    bed = await openTestBed(stores);
    const device = { site: 'barolo', node: 'gw', device: 'inv1', type: 'pv-inverter', bornAt: at, lastSeen: at };
    expect(await bed.telemetry.devices({})).toEqual([{ ...device, online: false }]);
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ values: { W: 5 }, quality: { W: 500 } }]);
    gateway = await bed.connect('gw');
    await sayRetained(gateway, 'barolo/birth/gw/inv1', '');
    expect(await bed.telemetry.devices({ site: 'barolo' })).toEqual([]);
    expect(bed.telemetry.latest('barolo')).toEqual([]);
  });

  it('stay with their node while it is online', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', inverter);
    await say(gateway, 'barolo/state/gw', { online: true, ts: at, bd: 1 });
    const meter = await bed.connect('meter');
    await say(meter, 'barolo/birth/meter/meter', { ts: at, type: 'grid-meter' });
    await say(gateway, 'barolo/data/gw/meter', { ts: at, v: { W: 1 } });
    expect(bed.telemetry.deadLetters()).toMatchObject([{ reason: 'meter: belongs to the node meter' }]);
  });

  it('that announce another unit than their type has are told which', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', { ...inverter, metrics: { W: { unit: 'kW' } } });
    expect(bed.telemetry.deadLetters()).toMatchObject([{ reason: 'W is in kW; send it in W' }]);
    expect(await bed.telemetry.devices({})).toEqual([]);
  });
});

describe('a gap in the sequence', () => {
  it('is counted, and asks the node for its births once a minute', async () => {
    const asked: unknown[] = [];
    gateway.on('message', (topic, payload) => asked.push([topic, JSON.parse(payload.toString())]));
    await gateway.subscribeAsync('estate/v1/barolo/cmd/gw/#', { qos: 1 });
    for (const seq of [254, 255, 0, 0, 1, 5, 9]) {
      await say(gateway, 'barolo/data/gw', { ts: at, seq, d: {} });
    }
    await eventually(() => expect(asked).toHaveLength(1));
    expect(asked).toMatchObject([['estate/v1/barolo/cmd/gw/gw', { set: { rebirth: 1 } }]]);
    expect(bed.telemetry.counters()).toMatchObject({ gaps: 2, rebirths: 1 });
    await say(gateway, 'barolo/state/gw', { online: true, ts: at, bd: 2 });
    await say(gateway, 'barolo/data/gw', { ts: at, seq: 77, d: {} });
    expect(bed.telemetry.counters()).toMatchObject({ gaps: 2 });
  });
});

describe('an event', () => {
  it('is kept once', async () => {
    const event = { id: 'e1', ts: at, code: 'fan', sev: 500, text: 'The fan stands still.', active: true };
    for (let times = 0; times < 2; times++) await say(gateway, 'barolo/event/gw/inv1', event);
    expect(bed.telemetry.counters()).toMatchObject({ accepted: 2, dead: 0 });
    await say(gateway, 'barolo/event/gw/inv1', { ...event, text: 'a NUL \0 in it' });
    expect(bed.telemetry.deadLetters()).toMatchObject([{ reason: 'text must not contain NUL' }]);
  });

  it('is told once when it begins and once when it has passed', async () => {
    const event = { id: 'e1', ts: at, code: 'fan', sev: 500, text: 'The fan stands still.', active: true };
    const told = () => bed.facts.filter(({ kind }) => kind === 'device-event');
    for (let times = 0; times < 2; times++) await say(gateway, 'barolo/event/gw/inv1', event);
    const fact = { kind: 'device-event', site: 'barolo', device: 'inv1', event: 'e1', code: 'fan', severity: '500' };
    expect(told()).toMatchObject([{ ...fact, text: 'The fan stands still.', active: true }]);
    await say(gateway, 'barolo/event/gw/inv1', { ...event, ts: at + 1_000, active: false });
    await say(gateway, 'barolo/event/gw/inv1', event);
    expect(told()).toMatchObject([{ active: true }, { active: false }]);
    expect(bed.telemetry.counters()).toMatchObject({ events: 2, accepted: 4 });
  });

  it('of a device of another node is a dead letter', async () => {
    const meter = await bed.connect('meter');
    await say(meter, 'barolo/birth/meter/meter', { ts: at, type: 'grid-meter' });
    await say(gateway, 'barolo/event/gw/meter', { id: 'e1', ts: at, code: 'x' });
    expect(bed.telemetry.deadLetters()).toMatchObject([{ reason: 'meter belongs to the node meter' }]);
    expect(bed.facts.filter(({ kind }) => kind === 'device-event')).toEqual([]);
  });
});
