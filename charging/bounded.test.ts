import { expect, test } from 'vitest';
import { openCharging, report201, type Said } from './specimens.ts';

test('ids that are longer than an index can hold are kept apart all the same', async () => {
  const { charging, records } = await openCharging();
  const long = (end: string) => 'x'.repeat(5_000) + end;
  const report = (transaction: string, said: Said) =>
    charging.reported(report201('updated', { charger: 'long', transaction, ...said }));
  await report(long('a'), { seqNo: 1, wh: 100 });
  await report(long('b'), { seqNo: 1, wh: 100, evse: 2 });
  await report(long('a'), { seqNo: 2, wh: 400, minute: 9, token: long('token') });
  const sessions = await charging.sessions({ charger: 'long', limit: 9 });
  expect(sessions.map(({ energyWh }) => energyWh).toSorted((a, b) => a - b)).toEqual([0, 300]);
  expect(new Set(sessions.map(({ transaction }) => transaction.length))).toEqual(new Set([255]));
  expect(sessions.map(({ token }) => token?.length)).toContain(255);
  await records.close();
});
