import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';

const at = Date.now();
const robot = {
  ts: at,
  type: 'acme-robot',
  model: 'Acme R1',
  metrics: { Speed: { unit: 'm/s', min: 0, max: 3, rw: 'rw', period: 10 } },
};

interface Item {
  id: string;
  device: string;
  metric: string | null;
}

describe('quarantine and dead letters', () => {
  let specimen: Specimen;
  let gateway: MqttClient;
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject(request);
  const get = async <T>(url: string) => (await inject({ url, headers: ADMIN })).json<T>();
  const send = (method: 'PUT' | 'POST', url: string, payload: object) =>
    inject({ method, url, payload, headers: ADMIN });
  const say = (topic: string, payload: unknown) =>
    gateway.publishAsync(`estate/v1/barolo/${topic}`, JSON.stringify(payload), { qos: 1 });
  const items = async () => (await get<{ items: Item[] }>('/v1/quarantine?site=barolo')).items;

  beforeAll(async () => {
    specimen = await openSpecimen();
    await send('PUT', '/v1/sites/barolo', { name: 'Barolo' });
    const secret = 'the-secret-of-the-gateway';
    await send('PUT', '/v1/devices/gw', { site: 'barolo', type: 'gateway', secret });
    const { port } = await specimen.deps.parts.telemetry.start();
    gateway = await connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'gw', password: secret, reconnectPeriod: 0 });
    await say('birth/gw/robot', robot);
    await say('birth/gw/air', { ts: at, type: 'indoor-air' });
    await say('data/gw/air', { ts: at, v: { CO2: 800, Radon: 30 } });
    await say('data/gw/ghost', { ts: at, v: { W: 1 } });
  });
  afterAll(async () => {
    await gateway.endAsync(true);
    await specimen.deps.parts.telemetry.stop();
    await specimen[Symbol.asyncDispose]();
  });

  it('are listed, the latest first, with what a person needs to decide', async () => {
    expect(await items()).toMatchObject([
      { device: 'ghost', metric: null, birth: null, reason: 'unknown device: neither born nor registered' },
      { device: 'air', metric: 'Radon', value: 30, times: 1, birth: null },
      {
        device: 'robot',
        metric: null,
        reason: expect.stringMatching(/^type acme-robot is not known/),
        birth: { type: 'acme-robot', model: 'Acme R1', metrics: { Speed: { unit: 'm/s', max: 3 } } },
      },
    ]);
    expect(await get('/v1/quarantine?site=alba')).toEqual({ items: [] });
    expect(await get('/v1/dead-letters')).toMatchObject({
      items: [{ topic: 'estate/v1/barolo/data/gw/ghost', payload: expect.stringContaining('"W":1') }],
    });
  });

  it('are counted in /metrics, each with what it means', async () => {
    const text = (await inject({ url: '/metrics' })).body;
    for (const line of [
      '# HELP polisgrid_telemetry_quarantined_total Values and messages that no device type has a place for',
      'polisgrid_telemetry_quarantined_total 2',
      'polisgrid_telemetry_unknown_types_total 1',
      'polisgrid_telemetry_dead_total 1',
      'polisgrid_telemetry_gaps_total 0',
      'polisgrid_telemetry_late_total 0',
      'polisgrid_telemetry_quarantine 3',
      'polisgrid_telemetry_points{quality="good"} 1',
      'polisgrid_telemetry_points{quality="stale"} 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it.each([
    ['a type that does not exist', 'unicorn', 400],
    ['a charger', 'charging-station', 400],
  ])('of a device cannot be adopted as %s', async (_, as, status) => {
    const robotItem = (await items()).find(({ device }) => device === 'robot');
    const answer = await send('POST', `/v1/quarantine/${robotItem?.id}/adopt`, { as });
    expect(answer.statusCode).toBe(status);
  });

  it('of a metric cannot be adopted, nor what is not there', async () => {
    const radon = (await items()).find(({ metric }) => metric === 'Radon');
    expect((await send('POST', `/v1/quarantine/${radon?.id}/adopt`, { as: 'generic' })).statusCode).toBe(409);
    expect((await send('POST', '/v1/quarantine/nothing/adopt', { as: 'generic' })).statusCode).toBe(404);
  });

  it('of a device end with its adoption: it is listed, measures, and takes its set points', async () => {
    const robotItem = (await items()).find(({ device }) => device === 'robot');
    const answer = await send('POST', `/v1/quarantine/${robotItem?.id}/adopt`, { as: 'generic' });
    const adoption = { type: 'acme-robot', as: 'acme-robot', devices: 1, waiting: 0 };
    expect([answer.statusCode, answer.json()]).toEqual([200, adoption]);
    await say('data/gw/robot', { ts: at, v: { Speed: 1.5 } });
    expect(await get('/v1/devices/robot')).toMatchObject({ type: 'acme-robot', node: 'gw', values: { Speed: 1.5 } });
    expect((await items()).map(({ device }) => device)).toEqual(['ghost', 'air']);
  });
});

describe('the contract of MQTT', () => {
  it('is served without a sign-in, and the documentation leads to it', async () => {
    await using specimen = await openSpecimen();
    const answer = await specimen.api.inject({ url: '/v1/asyncapi.json' });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      200,
      { asyncapi: '3.0.0', info: { version: '0.0.0' }, servers: { broker: { protocol: 'mqtt' } } },
    ]);
    const { info } = (await specimen.api.inject({ url: '/v1/openapi.json' })).json<{ info: { description: string } }>();
    expect(info.description).toContain('/v1/asyncapi.json');
  });
});
