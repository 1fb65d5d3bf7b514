import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../platform/http.ts';
import { startTestPlatform, type TestPlatform } from '../platform/in-process.ts';

const SECRET = 'S'.repeat(40);

interface OrderView {
  id: string;
  state: string;
  outcome: string | null;
  by: string;
  steps: { what: string }[];
}

let polisgrid: TestPlatform;
let inverter: MqttClient;
const told: unknown[] = [];

beforeAll(async () => {
  polisgrid = await startTestPlatform();
  const { admin, platform } = polisgrid;
  await admin.put('/v1/sites/barolo', { name: 'Barolo' });
  await admin.put('/v1/devices/roof-1', { site: 'barolo', type: 'pv-inverter', secret: SECRET });
  inverter = await connectAsync(platform.mqttUrl, { username: 'roof-1', password: SECRET });
  const say = (kind: string, payload: object) =>
    inverter.publishAsync(`estate/v1/barolo/${kind}`, JSON.stringify(payload), { qos: 1 });
  inverter.on('message', (_, payload) => {
    const { id, set, prio, revert } = JSON.parse(payload.toString());
    told.push([set.WMaxLimPct, prio, Math.round(revert)]);
    void say('ack/roof-1/roof-1', { id, st: 'done' });
  });
  await inverter.subscribeAsync('estate/v1/barolo/cmd/roof-1/#', { qos: 1 });
  await say('birth/roof-1/roof-1', { ts: Date.now(), type: 'pv-inverter' });
  await say('state/roof-1', { online: true, ts: Date.now(), bd: 1 });
});
afterAll(async () => {
  await inverter.endAsync(true);
  await polisgrid[Symbol.asyncDispose]();
});

const give = async (body: object) => {
  const { status, body: order } = await polisgrid.admin.post('/v1/devices/roof-1/commands', body);
  return { status, order: order as OrderView };
};

describe('Set points of a device', () => {
  it('are given by priority, wait, are released, and stay on record', async () => {
    const { admin } = polisgrid;
    const usual = await give({ set: { WMaxLimPct: 80 }, revertS: 600 });
    expect(usual).toMatchObject({ status: 200, order: { state: 'done', outcome: 'accepted', priority: 8 } });
    const first = await give({ set: { WMaxLimPct: 30 }, priority: 2, revertS: 600, expiresS: 60 });
    expect(first).toMatchObject({ status: 200, order: { outcome: 'accepted', priority: 2 } });
    const last = await give({ set: { WMaxLimPct: 100 }, priority: 16 });
    expect(last).toMatchObject({ status: 202, order: { state: 'waiting', outcome: null } });
    expect(await admin.items('/v1/devices/roof-1/set-points')).toMatchObject([
      { metric: 'WMaxLimPct', priority: 2, value: 30, command: first.order.id, counts: true },
      { priority: 8, value: 80, counts: false },
      { priority: 16, value: 100, counts: false },
    ]);

    await admin.delete(`/v1/devices/roof-1/commands/${first.order.id}`);
    expect(told).toEqual([
      [80, 8, 600],
      [30, 2, 600],
      [80, 8, expect.closeTo(600, -1.5)],
    ]);
    await admin.delete(`/v1/devices/roof-1/commands/${usual.order.id}`);
    await eventually(
      () => admin.read<OrderView>(`/v1/devices/roof-1/commands/${last.order.id}`),
      ({ outcome }) => outcome === 'accepted',
    );
    await admin.delete(`/v1/devices/roof-1/commands/${last.order.id}`);
    expect(told.slice(3)).toEqual([
      [100, 16, expect.closeTo(900, -1.5)],
      [100, 16, 1],
    ]);

    const record = await admin.items<OrderView>('/v1/devices/roof-1/commands');
    expect(record.map(({ id }) => id)).toEqual([last, first, usual].map(({ order }) => order.id));
    expect(record[0]).toMatchObject({ by: 'admin-key' });
    expect(record[0]?.steps.map(({ what }) => what)).toEqual(['waiting', 'sent', 'answered', 'released', 'returned']);
    expect((await admin.delete(`/v1/devices/roof-1/commands/${last.order.id}`)).status).toBe(409);
  });

  it.each([
    [{ set: {} }, 400],
    [{ set: { WMaxLimPct: 50 }, priority: 0 }, 400],
    [{ set: { WMaxLimPct: 50 }, priority: 17 }, 400],
    [{ set: { WMaxLimPct: 50 }, revertS: 0 }, 400],
    [{ set: { WMaxLimPct: 50 }, expiresS: 1e9 }, 400],
    [{ set: { WMaxLimPct: 101 } }, 400],
    [{ set: { W: 1 } }, 422],
  ])('that are no good are refused: %j', async (body, status) => {
    const before = told.length;
    expect(await give(body)).toMatchObject({ status });
    expect(told).toHaveLength(before);
  });

  it('cannot be given while it is away', async () => {
    await inverter.endAsync();
    const refused = await eventually(
      () => give({ set: { WMaxLimPct: 50 }, expiresS: 1 }),
      ({ status }) => status === 409,
    );
    expect(refused.order).toMatchObject({ code: 'offline' });
  });
});
