import { setTimeout as wait } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { openStores, openTestBed, say, sayRetained, type TestBed } from './specimens/test-bed.ts';

const at = Date.now();
const inverter = { ts: at, type: 'pv-inverter', metrics: { W: { unit: 'W', period: 10 } } };

let stores: Awaited<ReturnType<typeof openStores>>;
let bed: TestBed;
let gateway: MqttClient;

beforeAll(async () => {
  stores = await openStores();
});
beforeEach(async () => {
  bed = await openTestBed(stores);
  gateway = await bed.connect('gw');
});
afterEach(() => bed.close());
afterAll(() => stores.close());

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

describe('presence', () => {
  const will = (bd: number) => ({
    topic: 'estate/v1/barolo/state/gw',
    payload: Buffer.from(JSON.stringify({ online: false, ts: at, bd })),
    qos: 1 as const,
    retain: true,
  });
  const changes = () => bed.facts.flatMap((fact) => (fact.kind === 'node-online' ? [fact.online] : []));

  it('follows a node, and its values are stale at once when it goes', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', inverter);
    await sayRetained(gateway, 'barolo/state/gw', { online: true, ts: at, bd: 1 });
    await say(gateway, 'barolo/data/gw/inv1', { ts: at, v: { W: 5 } });
    expect(bed.telemetry.latest('barolo')[0]?.quality).toBeUndefined();
    expect(await bed.telemetry.devices({})).toMatchObject([{ online: true }]);
    gateway.stream.destroy();
    await eventually(() => expect(changes()).toEqual([true, false]));
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ quality: { W: 500 } }]);
  });

  it('follows a device that is its own node and was never born; what never connects is not away', async () => {
    const values = { W: 5 };
    await bed.telemetry.accept([{ site: 'barolo', device: 'charger', type: 'charging-station', ts: at, values }]);
    const shown = (of: string) => bed.telemetry.latest('barolo').find(({ device }) => device === of);
    for (const times of [1, 2]) {
      const meter = await bed.connect('meter');
      await say(meter, 'barolo/data/meter/meter', { ts: at + times, v: values });
      expect(shown('meter')?.quality).toBeUndefined();
      meter.stream.destroy();
      await eventually(() => expect(shown('meter')?.quality).toEqual({ W: 500 }));
    }
    expect(shown('charger')).toMatchObject({ values });
    expect(shown('charger')?.quality).toBeUndefined();
  });

  it('lasts until the last of its connections ends', async () => {
    const second = await bed.connect('gw');
    await say(second, 'barolo/data/gw', { ts: at, d: {} });
    await second.endAsync();
    await wait(100);
    expect(changes()).toEqual([true]);
    await gateway.endAsync();
    await eventually(() => expect(changes()).toEqual([true, false]));
  });

  it('takes a last will, but not one of an earlier session', async () => {
    const first = await bed.connect('gw', { will: will(1) });
    await sayRetained(first, 'barolo/state/gw', { online: true, ts: at, bd: 1 });
    const second = await bed.connect('gw', { will: will(2) });
    await sayRetained(second, 'barolo/state/gw', { online: true, ts: at, bd: 2 });
    await wait(100);
    expect(changes().at(-1)).toBe(true);
    second.stream.destroy();
    await eventually(() => expect(changes().at(-1)).toBe(false));
  });

  it('of this host is told to nodes, retained', async () => {
    const heard: unknown[] = [];
    gateway.on('message', (topic, payload) => heard.push([topic, JSON.parse(payload.toString())]));
    await gateway.subscribeAsync('estate/v1/host/main', { qos: 1 });
    await eventually(() => expect(heard).toMatchObject([['estate/v1/host/main', { online: true }]]));
    await bed.telemetry.stop();
    await eventually(() => expect(heard.at(-1)).toMatchObject(['estate/v1/host/main', { online: false }]));
  });
});

describe('a command', () => {
  const target = { site: 'barolo', device: 'inv1' };
  /** The gateway answers each command as told. */
  const answering = async (st: string | null) => {
    const heard: Record<string, unknown>[] = [];
    await say(gateway, 'barolo/birth/gw/inv1', inverter);
    await say(gateway, 'barolo/state/gw', { online: true, ts: at, bd: 1 });
    await gateway.subscribeAsync('estate/v1/barolo/cmd/gw/#', { qos: 1 });
    gateway.on('message', (_, payload, packet) => {
      const command = JSON.parse(payload.toString());
      heard.push({ ...command, retain: packet.retain });
      const answer = JSON.stringify({ id: command.id, ts: Date.now(), st });
      if (st) gateway.publish('estate/v1/barolo/ack/gw/inv1', answer, { qos: 1 });
    });
    return heard;
  };

  it.each([
    ['done', 'accepted'],
    ['accepted', 'accepted'],
    ['rejected', 'rejected'],
    ['failed', 'failed'],
    ['expired', 'expired'],
  ])('that is answered %s is %s', async (st, outcome) => {
    const heard = await answering(st);
    const result = await bed.telemetry.command(target, { WMaxLimPct: 70 });
    expect(result).toMatchObject({ outcome, response: { st } });
    expect(heard).toMatchObject([{ set: { WMaxLimPct: 70 }, revert: 900, retain: false }]);
    expect(heard[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('whose node goes away has an unknown outcome', async () => {
    await answering(null);
    const result = bed.telemetry.command(target, { WMaxLimPct: 70 });
    await wait(50);
    gateway.stream.destroy();
    expect(await result).toEqual({ outcome: 'unknown', response: null });
  });

  it('that is never answered is timed out after ten seconds, and a late answer changes nothing', async () => {
    await bed.close();
    const clock = handClock(at);
    bed = await openTestBed({ ...stores, ground: { ...stores.ground, clock } });
    gateway = await bed.connect('gw');
    const heard = await answering(null);
    const result = bed.telemetry.command(target, { WMaxLimPct: 70 });
    await eventually(() => expect(heard).toHaveLength(1));
    await clock.advance(10_000);
    expect(await result).toEqual({ outcome: 'timed-out', response: null });
    await say(gateway, 'barolo/ack/gw/inv1', { id: heard[0]?.id, st: 'done' });
    expect(bed.telemetry.counters()).toMatchObject({ lateAcks: 1 });
  });

  it.each([
    ['an unknown device', { device: 'ghost' }, { W: 1 }, 'not-found'],
    ['a metric that only measures', {}, { W: 1 }, 'unsupported'],
    ['a value out of range', {}, { WMaxLimPct: 101 }, 'invalid'],
    ['a code that is none', {}, { WMaxLimPctEna: 2 }, 'invalid'],
    ['no number', {}, { WMaxLimPct: NaN }, 'invalid'],
    ['nothing', {}, {}, 'invalid'],
    ['a node that is away', {}, { WMaxLimPct: 70 }, 'offline'],
  ])('to %s is refused', async (_, other, set, code) => {
    await say(gateway, 'barolo/birth/gw/inv1', inverter);
    await expect(bed.telemetry.command({ ...target, ...other }, set)).rejects.toMatchObject({ code });
  });
});
