import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';

const at = Date.now();
const NOTHING = { gaps: 0, repeated: 0, rebirths: 0, late: 0, historical: 0, future: 0, quarantined: 0, dead: 0 };

describe('what came of a device and was not as it should be', () => {
  let specimen: Specimen;
  let gateway: MqttClient;
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject(request);
  const put = (url: string, payload: object) => inject({ method: 'PUT', url, payload, headers: ADMIN });
  const receivedOf = async (id: string) => {
    const answer = await inject({ url: `/v1/devices/${id}`, headers: ADMIN });
    return answer.json<{ received: typeof NOTHING }>().received;
  };
  const say = (topic: string, payload: unknown) =>
    gateway.publishAsync(`estate/v1/barolo/${topic}`, JSON.stringify(payload), { qos: 1 });

  beforeAll(async () => {
    specimen = await openSpecimen();
    await put('/v1/sites/barolo', { name: 'Barolo' });
    const secret = 'the-secret-of-the-gateway';
    await put('/v1/devices/gw', { site: 'barolo', type: 'gateway', secret });
    const { port } = await specimen.deps.parts.telemetry.start();
    gateway = await connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'gw', password: secret, reconnectPeriod: 0 });
    for (const device of ['air', 'desk']) await say(`birth/gw/${device}`, { ts: at, type: 'indoor-air' });
  });
  afterAll(async () => {
    await gateway.endAsync(true);
    await specimen.deps.parts.telemetry.stop();
    await specimen[Symbol.asyncDispose]();
  });

  it('is nothing at first', async () => {
    expect([await receivedOf('gw'), await receivedOf('air')]).toEqual([NOTHING, NOTHING]);
  });

  it('is counted for the device whose it is, and for the node what it does for all behind it', async () => {
    const readAt = (ts: number, seq: number) => say('data/gw', { ts, seq, d: { air: { v: { CO2: 800 } } } });
    await readAt(at, 1);
    await readAt(at, 1);
    await readAt(at - HOUR, 2);
    await readAt(at + HOUR, 9);
    await readAt(at, 10);
    await readAt(at, 20);
    await say('hist/gw/air', { s: [0, 1, 2].map((n) => [at - DAY + n * MINUTE, { CO2: 700 }]) });
    await say('data/gw/air', { ts: at, v: { CO2: 800, Radon: 30 } });
    await say('data/gw/air', { ts: 'noon' });
    await say('data/gw/ghost', { ts: at, v: { W: 1 } });
    await say('data/gw', { d: 'nothing' });
    expect(await receivedOf('air')).toEqual({
      ...NOTHING,
      late: 1,
      historical: 3,
      future: 1,
      quarantined: 1,
      dead: 1,
    });
    expect(await receivedOf('gw')).toEqual({ ...NOTHING, repeated: 1, gaps: 2, rebirths: 1, dead: 2 });
    expect(await receivedOf('desk')).toEqual(NOTHING);
  });

  it('adds up to what /metrics counts of all, but for devices that nobody knows', async () => {
    const text = (await inject({ url: '/metrics' })).body;
    for (const [what, count] of Object.entries({
      gaps: 2,
      late: 1,
      historical: 3,
      future: 1,
      quarantined: 2,
      dead: 3,
    })) {
      expect(text.split('\n')).toContain(`polisgrid_telemetry_${what}_total ${count}`);
    }
  });

  it('is listed with the device, and forgotten with it', async () => {
    const list = async () =>
      (await inject({ url: '/v1/devices?site=barolo', headers: ADMIN })).json<{ items: { id: string }[] }>().items;
    expect((await list()).find(({ id }) => id === 'air')).toMatchObject({ received: { late: 1 } });
    await gateway.publishAsync('estate/v1/barolo/birth/gw/air', '', { qos: 1, retain: true });
    await say('birth/gw/air', { ts: at, type: 'indoor-air' });
    expect(await receivedOf('air')).toEqual(NOTHING);
  });
});
