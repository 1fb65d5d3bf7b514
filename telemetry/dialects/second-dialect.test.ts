import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PolisError } from '#estate/errors.ts';
import { openStores, openTestBed, type TestBed } from '../specimens/test-bed.ts';
import type { Dialect } from './dialect.ts';
import { DIALECTS } from './list.ts';

/** A dialect as small as one can be: `plain/{site}/{device}/{metric}` carries a number, with `/set` behind it a command. */
const plain = (now: () => number): Dialect => ({
  name: 'plain',
  filters: { each: ['plain/+/+/is', 'plain/+/+/done'], any: ['plain/+/+/+'] },
  address(topic) {
    const [root, site, device, metric, ...rest] = topic.split('/');
    if (root !== 'plain' || !site || !device || !metric) return null;
    return {
      site,
      node: device,
      device,
      way: rest.length > 0 ? 'down' : 'up',
      retainable: false,
      read(payload) {
        const text = Buffer.from(payload).toString();
        if (metric === 'is') return [{ kind: 'birth', device, birth: { ts: now(), type: text, metrics: {} } }];
        if (metric === 'done') return [{ kind: 'ack', device, ack: { id: text, st: 'done' } }];
        const value = Number(text);
        if (!Number.isFinite(value)) throw new PolisError('invalid', `${metric} is no number`);
        const points = [{ device, ts: now(), v: { [metric]: value } }];
        return [
          { kind: 'state', online: true, session: 1 },
          { kind: 'points', points, live: true, sequence: null },
        ];
      },
    };
  },
  maySubscribe: ({ site, id }, filter) => new RegExp(`^plain/${site}/${id}/[^/#]+/set$`).test(filter),
  command({ site, device }, { id, set }) {
    const [[metric, value] = ['none', 0]] = Object.entries(set);
    return { topic: `plain/${site}/${device}/${metric}/set`, payload: `${value} ${id}`, retain: false };
  },
  rebirth: ({ site, node }) => ({ topic: `plain/${site}/${node}/is/set`, payload: '?', retain: false }),
  host: (online) => ({ topic: 'plain/host', payload: online ? '1' : '0', retain: true }),
  channels: () => [],
});

const at = Date.now();
let stores: Awaited<ReturnType<typeof openStores>>;
let bed: TestBed;
let meter: MqttClient;

beforeEach(async () => {
  stores = await openStores();
  bed = await openTestBed(stores, { dialects: [...DIALECTS, () => plain(() => at)] });
  meter = await bed.connect('meter');
});
afterEach(async () => {
  await bed.close();
  await stores.close();
});

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000 });
const says = (client: MqttClient, topic: string, payload: string) => client.publishAsync(topic, payload, { qos: 1 });

describe('a second dialect beside the first', () => {
  it('brings what it measures to the same place', async () => {
    await says(meter, 'plain/barolo/meter/W', '4312.5');
    const reading = { site: 'barolo', device: 'meter', type: 'grid-meter', ts: at, values: { W: 4312.5 } };
    expect(bed.telemetry.latest('barolo')).toEqual([reading]);
    const heard = { ...reading, receivedAt: expect.any(Number) as number };
    expect(bed.facts).toContainEqual(expect.objectContaining({ kind: 'reading', reading: heard }));
    const query = { site: 'barolo', devices: ['meter'], metric: 'W', from: at - 1, to: at + 1 };
    await expect.poll(() => stores.series.query(query)).toMatchObject([{ points: [[at, 4312.5]] }]);
  });

  it('bears devices, quarantines what is unknown, and buries what it cannot read', async () => {
    await says(meter, 'plain/barolo/meter/is', 'meter');
    expect(await bed.telemetry.devices({})).toMatchObject([{ device: 'meter', node: 'meter', type: 'meter' }]);
    await says(meter, 'plain/barolo/meter/Mood', '7');
    expect(bed.telemetry.quarantine()).toMatchObject([{ device: 'meter', metric: 'Mood', value: 7 }]);
    await says(meter, 'plain/barolo/meter/W', 'much');
    expect(bed.telemetry.deadLetters()).toMatchObject([
      { topic: 'plain/barolo/meter/W', reason: 'W is no number' },
      { topic: 'plain/barolo/meter/Mood', reason: 'meter: meter has none of its metrics' },
    ]);
  });

  it('is held to the same rules of access', async () => {
    const gateway = await bed.connect('gw');
    meter.publish('plain/barolo/gw/W', '1');
    gateway.publish('plain/site1/gw/W', '1');
    await eventually(() => expect([meter.connected, gateway.connected]).toEqual([false, false]));
    expect(bed.telemetry.counters()).toMatchObject({ forbidden: 2, received: 0 });
    expect(bed.telemetry.latest('barolo')).toEqual([]);
  });

  it('hears its commands in its own words, while others hear theirs', async () => {
    const inverter = await bed.connect('gw');
    const heard: string[] = [];
    for (const client of [meter, inverter]) client.on('message', (topic) => heard.push(topic));
    await meter.subscribeAsync('plain/barolo/meter/+/set', { qos: 1 });
    await inverter.subscribeAsync('estate/v1/barolo/cmd/gw/#', { qos: 1 });
    await says(meter, 'plain/barolo/meter/is', 'pv-inverter');
    await says(meter, 'plain/barolo/meter/W', '1');
    meter.on('message', (_, payload) =>
      meter.publish('plain/barolo/meter/done', payload.toString().split(' ')[1] ?? ''),
    );
    const result = await bed.telemetry.command({ site: 'barolo', device: 'meter' }, { WMaxLimPct: 70 });
    expect(result).toMatchObject({ outcome: 'accepted' });
    for (const seq of [1, 9]) {
      const payload = JSON.stringify({ ts: at, seq, d: {} });
      await says(inverter, 'estate/v1/barolo/data/gw', payload);
    }
    await eventually(() => expect(heard).toEqual(['plain/barolo/meter/WMaxLimPct/set', 'estate/v1/barolo/cmd/gw/gw']));
  });
});
