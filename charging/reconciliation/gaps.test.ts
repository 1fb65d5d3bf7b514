import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { charger, openCharging, report16, report201, TEN, type ChargingSpecimen, type Said } from '../specimens.ts';
import { giveUpGaps, type TransactionStatus } from './gaps.ts';

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
});
afterEach(() => specimen.records.close());

const report = (phase: 'began' | 'updated' | 'ended', seqNo: number, said: Said = {}) =>
  specimen.charging.reported(report201(phase, { seqNo, minute: seqNo, wh: 1_000 * seqNo, token: null, ...said }));
const answers = (status: TransactionStatus, transaction = 'tx') =>
  specimen.charging.reconciliation.transactionStatus({ charger: 'C1', transaction, status, at: TEN + HOUR });
const session = async () => (await specimen.charging.sessions({ charger: 'C1', limit: 2 }))[0];

describe('a gap', () => {
  test('is waited for while the station has messages to deliver', async () => {
    await report('began', 0);
    await report('ended', 2);
    await answers({ ongoing: false, queued: true });
    expect(await session()).toMatchObject({ state: 'ended', doubts: ['missing-events'] });
    await report('updated', 1);
    expect(await session()).toMatchObject({ state: 'ended', doubts: [] });
  });

  test('that the station cannot fill leaves the session incomplete; what comes after all makes it whole', async () => {
    await report('began', 0);
    await report('ended', 2);
    await answers({ ongoing: false, queued: false });
    expect(await session()).toMatchObject({
      state: 'incomplete',
      energyWh: 2_000,
      endedAt: TEN + 2 * MINUTE,
      reason: 'some of its messages are missing: the charger does not have them',
      doubts: ['lost-events'],
    });
    await report('updated', 1);
    expect(await session()).toMatchObject({ state: 'ended', doubts: [] });
  });

  test('that was given up stays so while a part of it comes', async () => {
    await report('began', 0);
    await report('ended', 3);
    await answers({ ongoing: false, queued: false });
    await report('updated', 1);
    expect(await session()).toMatchObject({ state: 'incomplete', doubts: ['lost-events'] });
    await report('updated', 2);
    expect(await session()).toMatchObject({ state: 'ended', doubts: [] });
  });

  test('of a session that goes on is noted, and shows when it ends', async () => {
    await report('began', 0);
    await report('updated', 2);
    await answers({ ongoing: true, queued: false });
    expect(await session()).toMatchObject({ state: 'active', doubts: ['lost-events'] });
    await report('ended', 3);
    expect(await session()).toMatchObject({ state: 'incomplete', energyWh: 3_000, doubts: ['lost-events'] });
  });

  test('is given up after three days', async () => {
    const giveUpAt = (at: number) => specimen.records.run(giveUpGaps, { at, limit: 9 });
    await report('ended', 2, { minute: 0 });
    await giveUpAt(TEN + 3 * DAY);
    expect(await session()).toMatchObject({ state: 'ended', doubts: ['missing-start'] });
    await giveUpAt(TEN + 3 * DAY + 1);
    expect(await session()).toMatchObject({
      state: 'incomplete',
      reason: 'some of its messages are missing: they did not come within 3 days',
      doubts: ['lost-events'],
    });
  });
});

describe('a transaction that the station no longer knows', () => {
  test('is closed where it was last heard, and what is heard of it after all opens it again', async () => {
    const { charging, told } = specimen;
    await report('began', 0);
    await report('updated', 1);
    await answers({ ongoing: false, queued: false });
    expect(await session()).toMatchObject({
      state: 'incomplete',
      endedAt: TEN + MINUTE,
      energyWh: 1_000,
      reason: 'the charger no longer knows the transaction',
      doubts: ['missing-stop'],
    });
    expect(told.at(-1)).toMatchObject({ kind: 'session-ended' });
    await report('updated', 2);
    expect(await session()).toMatchObject({ state: 'active', energyWh: 2_000, doubts: [] });
    expect(told.at(-1)).toMatchObject({ kind: 'session-began' });
    await answers({ ongoing: false, queued: false });
    await charging.reported(report201('began', { transaction: 'next', seqNo: 0, minute: 9, token: null }));
    await report('updated', 3);
    expect(await charging.activeSessions({})).toMatchObject([{ transaction: 'next' }]);
  });

  test('is that of the station which was asked, in 2.0.1', async () => {
    await report('began', 0, { charger: 'C2' });
    const { transaction } = await specimen.charging.reported(report16('began', {}));
    await answers({ ongoing: false, queued: false });
    await answers({ ongoing: false, queued: false }, transaction);
    expect(await specimen.charging.sessions({ state: 'active', limit: 9 })).toHaveLength(2);
  });
});

test('what to ask a station that came back is what is held active; all that are connected, what is missing', async () => {
  const { charging } = specimen;
  for (const id of ['C1', 'C2', 'C3']) await charging.reachable(charger(id), id !== 'C3', TEN);
  await report('began', 0, { transaction: 'active' });
  await report('began', 0, { transaction: 'over', evse: 2 });
  await report('ended', 1, { transaction: 'over', evse: 2 });
  await report('ended', 2, { transaction: 'gap', evse: 3, minute: 2 });
  await report('ended', 2, { charger: 'C2', transaction: 'gap', minute: 1 });
  await report('ended', 2, { charger: 'C3', transaction: 'gap' });
  const heldActive = (heardBefore: number) =>
    charging.reconciliation.activeTransactions({ charger: 'C1', heardBefore, limit: 9 });
  expect(await heldActive(TEN + 1)).toEqual([{ charger: 'C1', transaction: 'active' }]);
  expect(await heldActive(TEN)).toEqual([]);
  expect(await charging.reconciliation.tornTransactions({ limit: 9 })).toEqual([
    { charger: 'C2', transaction: 'gap' },
    { charger: 'C1', transaction: 'gap' },
  ]);
});
