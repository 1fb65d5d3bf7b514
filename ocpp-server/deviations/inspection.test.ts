import { expect, test } from 'vitest';
import { openServer } from '../specimens/server.ts';

test('a charger that begins to depart after a while is found out within 16 calls, and counted in full from then on', async () => {
  await using specimen = await openServer();
  const wire = await specimen.connect('C1');
  const beat = async (times: number, payload: object) => {
    for (let time = 0; time < times; time++) await wire.call('Heartbeat', payload);
  };
  const seen = async () => {
    const found = await specimen.charging.deviations.of('C1');
    return found.find(({ kind }) => kind === 'unknown-field')?.count ?? 0;
  };
  await beat(20, {});
  expect(await seen()).toBe(0);
  await beat(16, { colour: 'red' });
  const afterSixteen = await seen();
  expect(afterSixteen).toBeGreaterThan(0);
  await beat(10, { colour: 'red' });
  expect(await seen()).toBe(afterSixteen + 10);
});
