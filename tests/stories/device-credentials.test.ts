import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csrFor } from '#charging/certificates/specimens.ts';
import { eventually } from '../platform/http.ts';
import { startTestPlatform, type TestPlatform } from '../platform/in-process.ts';

const SECRET = 'S'.repeat(40);

let polisgrid: TestPlatform;
let roots: string;
const clients: MqttClient[] = [];

beforeAll(async () => {
  polisgrid = await startTestPlatform({ flags: ['--mqtt-ws-port', '0', '--mqtt-wss-port', '0'] });
  const { admin, anyone } = polisgrid;
  await admin.put('/v1/sites/barolo', { name: 'Barolo' });
  roots = String((await anyone.get('/v1/ca.pem')).body);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  await polisgrid[Symbol.asyncDispose]();
});

const register = async (id: string) => {
  const { status } = await polisgrid.admin.put(`/v1/devices/${id}`, {
    site: 'barolo',
    type: 'grid-meter',
    secret: SECRET,
  });
  expect(status).toBe(201);
};
const connect = async (url: string | null, options: IClientOptions) => {
  const client = await connectAsync(url ?? '', { reconnectPeriod: 0, ca: roots, ...options }, false);
  client.on('error', () => undefined);
  clients.push(client);
  return client;
};
const publish = (client: MqttClient, device: string) =>
  client.publishAsync(`estate/v1/barolo/data/${device}/${device}`, `{"ts":${Date.now()},"v":{"W":1}}`, { qos: 1 });
const certificateFor = async (device: string, name = device) => {
  const { csr, key } = await csrFor(name);
  const { status, body } = await polisgrid.admin.post(`/v1/devices/${device}/certificate`, { csr });
  return { status, key, ...(body as { certificate: string; fingerprint: string; detail: string }) };
};

describe('A device', () => {
  it('signs in over TCP and WebSocket, plain and behind TLS, with one secret', async () => {
    await register('four-ways');
    const { mqttUrl, mqttsUrl, mqttWsUrl, mqttWssUrl } = polisgrid.platform;
    const info = await polisgrid.anyone.get('/v1/info');
    expect(info.body).toMatchObject({ mqttUrl, mqttsUrl, mqttWsUrl, mqttWssUrl });
    for (const url of [mqttUrl, mqttsUrl, mqttWsUrl, mqttWssUrl]) {
      await publish(await connect(url, { username: 'four-ways', password: SECRET }), 'four-ways');
      await expect(connect(url, { username: 'four-ways', password: 'wrong' })).rejects.toMatchObject({ code: 4 });
    }
  });

  it('signs in with the old secret until it has used the new one, and then with that alone', async () => {
    await register('rotates');
    const { mqttUrl: url } = polisgrid.platform;
    const { status, body } = await polisgrid.admin.post('/v1/devices/rotates/secret', {});
    expect(status).toBe(201);
    const { secret } = body as { secret: string };
    const signIn = (password: string) => connect(url, { username: 'rotates', password });
    await signIn(SECRET);
    await signIn(SECRET);
    await signIn(secret);
    await expect(signIn(SECRET)).rejects.toMatchObject({ code: 4 });
    await publish(await signIn(secret), 'rotates');
  });

  it('signs in with a certificate in place of a secret, until that is revoked', async () => {
    await register('certified');
    const url = polisgrid.platform.mqttsUrl;
    const { status, key, certificate: cert, fingerprint } = await certificateFor('certified');
    expect(status).toBe(201);
    const client = await connect(url, { cert, key });
    await publish(client, 'certified');
    await publish(await connect(url, { cert, key, username: 'certified' }), 'certified');
    await publish(await connect(polisgrid.platform.mqttWssUrl, { cert, key }), 'certified');

    await polisgrid.admin.delete(`/v1/devices/certified/certificates/${fingerprint}`);
    await eventually(
      async () => client.connected,
      (connected) => !connected,
    );
    await expect(connect(url, { cert, key })).rejects.toMatchObject({ code: 4 });
    await expect(connect(polisgrid.platform.mqttWssUrl, { cert, key })).rejects.toMatchObject({ code: 4 });
    // With its secret it still may.
    await publish(await connect(url, { cert, key, username: 'certified', password: SECRET }), 'certified');
  });

  it('signs in with no certificate of another, nor with one that is not for it', async () => {
    await register('honest');
    await register('other');
    const url = polisgrid.platform.mqttsUrl;
    expect(await certificateFor('honest', 'other')).toMatchObject({
      status: 400,
      detail: expect.stringContaining('common name'),
    });
    const { key, certificate: cert } = await certificateFor('other');
    await expect(connect(url, { cert, key, username: 'honest' })).rejects.toMatchObject({ code: 4 });
    expect((await certificateFor('nobody')).status).toBe(404);
  });
});

describe('A WebSocket', () => {
  it.each([
    ['without the subprotocol', [], Buffer.from([0x10])],
    ['that sends text', ['mqtt'], 'CONNECT'],
    ['that does not begin with CONNECT', ['mqtt'], Buffer.from([0xc0, 0x00])],
  ] as const)('%s is closed', async (_, protocols, data) => {
    const socket = new WebSocket(polisgrid.platform.mqttWsUrl ?? '', [...protocols]);
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
    socket.addEventListener('open', () => socket.send(data));
    await Promise.race([closed, wait(5_000).then(() => Promise.reject(new Error('It is still open.')))]);
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });
});
