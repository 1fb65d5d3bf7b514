import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { MINUTE, SECOND } from '#estate/units.ts';
import { crank, crankUntil } from '../platform/crank.ts';
import { startTestPlatform } from '../platform/in-process.ts';

const MORNING = Date.UTC(2026, 4, 18, 10);
const SECRET = 'the-secret-of-the-gateway';

interface Alarm {
  cause: string;
  device: string;
  text: string;
}

it('Messages of a device that cannot be understood raise one alarm, which passes after a quiet quarter of an hour', async () => {
  const clock = handClock(MORNING);
  await using polisgrid = await startTestPlatform({ clock });
  const { admin, platform } = polisgrid;
  await admin.put('/v1/sites/barolo', { name: 'Barolo' });
  await admin.put('/v1/devices/gw', { site: 'barolo', type: 'gateway', secret: SECRET });
  const gateway = await connectAsync(platform.mqttUrl, { username: 'gw', password: SECRET, reconnectPeriod: 0 });
  await using _ = { [Symbol.asyncDispose]: () => gateway.endAsync(true) };
  const say = (topic: string, payload: string) =>
    gateway.publishAsync(`estate/v1/barolo/${topic}`, payload, { qos: 1 });
  const alarms = async () =>
    (await admin.items<Alarm>('/v1/alarms?active=true')).filter(({ cause }) => cause === 'device-malformed');

  await say('birth/gw/air', JSON.stringify({ ts: MORNING, type: 'indoor-air' }));
  await say('data/gw/air', '{"ts":');
  await say('data/gw', 'no JSON');
  await crank(clock, 10 * SECOND);
  expect(await alarms()).toEqual([]);

  for (let n = 0; n < 50; n++) await say('data/gw/air', '{"ts":');
  await say('data/gw/air', '{"ts":"noon"}');
  await crank(clock, 10 * SECOND);
  expect(await crankUntil(clock, { ask: alarms, holds: (found) => found.length > 0 })).toMatchObject([
    { device: 'air', priority: 'medium', text: expect.stringMatching(/^Messages of air cannot be understood\. .*ts/) },
  ]);
  await crank(clock, 14 * MINUTE, 30 * SECOND);
  expect(await alarms()).toHaveLength(1);
  await crank(clock, 2 * MINUTE, 30 * SECOND);
  expect(await crankUntil(clock, { ask: alarms, holds: (found) => found.length === 0, withinMs: MINUTE })).toEqual([]);
});
