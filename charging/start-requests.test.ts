import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import { charger, openCharging, report16, report201, TEN, type ChargingSpecimen } from './specimens.ts';
import type { StartRequest } from './index.ts';

const request: StartRequest = {
  id: 'asked',
  charger: charger('C1'),
  evse: 1,
  connector: 1,
  token: 'app',
  protocol: 'ocpp1.6',
  at: TEN,
};

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
  await specimen.charging.startRequested(request);
});
afterEach(() => specimen.records.close());

const stateOf = async (id: string) => (await specimen.charging.session(id))?.state;

describe('a start that was asked for', () => {
  test('can be followed by its id from the first moment to the end', async () => {
    const { charging } = specimen;
    expect(await charging.session('asked')).toMatchObject({ state: 'starting', transaction: '', token: 'app' });
    const began = await charging.reported(report16('began', { token: 'APP', minute: 1, wh: 100 }));
    expect(began.session).toBe('asked');
    expect(await stateOf('asked')).toBe('active');
    await charging.reported(report16('ended', { transaction: began.transaction, minute: 9, wh: 600 }));
    expect(await charging.session('asked')).toMatchObject({ state: 'ended', energyWh: 500, startedAt: TEN + MINUTE });
    expect(await charging.sessions({ limit: 10 })).toHaveLength(1);
  });

  test('is no session yet, and listed only when it is looked for', async () => {
    const { charging } = specimen;
    expect(await charging.sessions({ limit: 10 })).toEqual([]);
    expect(await charging.sessions({ state: 'starting', limit: 10 })).toHaveLength(1);
    expect(await charging.activeSessions({})).toEqual([]);
    expect(await charging.transactionOn('C1', 1)).toBeNull();
  });

  test.each([
    ['another EVSE', { evse: 2 }],
    ['another token', { token: 'card' }],
    ['another charger', { charger: 'C2' }],
    ['eleven minutes later', { minute: 11 }],
  ])('is not answered by a session of %s', async (_, differently) => {
    const began = await specimen.charging.reported(report16('began', { token: 'app', minute: 1, ...differently }));
    expect(began.session).not.toBe('asked');
    expect(await stateOf('asked')).toBe('starting');
  });

  test('is answered once', async () => {
    const { charging } = specimen;
    await charging.reported(report16('began', { token: 'app', minute: 1 }));
    expect((await charging.reported(report16('began', { token: 'app', minute: 2 }))).session).not.toBe('asked');
  });

  test('is answered by a 2.0.1 transaction that names no EVSE', async () => {
    const { charging } = specimen;
    expect((await charging.reported(report201('began', { token: 'app', seqNo: 0, evse: null }))).session).toBe('asked');
  });

  test('is answered by a 2.0.1 transaction that began when the car was plugged in', async () => {
    const { charging } = specimen;
    const began = report201('began', { token: null, seqNo: 0, minute: -30, wh: 100 });
    await charging.reported(began);
    const update = report201('updated', { token: 'app', seqNo: 1, minute: 1 });
    expect((await charging.reported(update)).session).toBe('asked');
    await charging.reported(report201('ended', { seqNo: 2, minute: 9, wh: 600 }));
    expect(await charging.reported(began)).toMatchObject({ session: 'asked', repeated: true });
    expect(await charging.sessions({ limit: 10 })).toMatchObject([
      { id: 'asked', state: 'ended', energyWh: 500, token: 'app', startedAt: TEN - 30 * MINUTE },
    ]);
  });

  test('fails with a reason, and whoever follows it is told', async () => {
    const { charging, told } = specimen;
    await charging.startFailed('asked', 'Rejected', TEN + MINUTE);
    expect(await charging.session('asked')).toMatchObject({ state: 'failed', reason: 'Rejected', energyWh: 0 });
    expect(told).toMatchObject([{ kind: 'session-ended', session: 'asked' }]);
    expect(await charging.sessions({ limit: 10 })).toEqual([]);
  });

  test('does not fail once the charger began, and begins though it was given up', async () => {
    const { charging } = specimen;
    await charging.startFailed('asked', 'timed out', TEN + MINUTE);
    await charging.reported(report16('began', { token: 'app', minute: 2 }));
    expect(await charging.session('asked')).toMatchObject({ state: 'active', reason: null, endedAt: null });
    await charging.startFailed('asked', 'timed out', TEN + 3 * MINUTE);
    expect(await stateOf('asked')).toBe('active');
  });

  test('has failed after ten minutes without an answer', async () => {
    const { charging, clock, told } = specimen;
    await charging.start();
    await clock.advance(9 * MINUTE);
    expect(await stateOf('asked')).toBe('starting');
    await clock.advance(2 * MINUTE);
    expect(await charging.session('asked')).toMatchObject({ state: 'failed', reason: 'the charger did not begin' });
    expect(told).toMatchObject([{ kind: 'session-ended', session: 'asked' }]);
  });

  test('left by an earlier life of the process has failed at the next start', async () => {
    const { charging, clock } = specimen;
    await clock.advance(11 * MINUTE);
    expect(await stateOf('asked')).toBe('starting');
    await charging.start();
    expect(await stateOf('asked')).toBe('failed');
  });
});
