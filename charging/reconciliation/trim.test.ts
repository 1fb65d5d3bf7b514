import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY, MINUTE } from '#estate/units.ts';
import { sealOld, type TrimPlace } from './trim.ts';
import { openCharging, report16, report201, TEN, type ChargingSpecimen } from '../specimens.ts';

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
  await specimen.charging.putToken({ token: 'CARD-C1', status: 'accepted', group: null, expiresAt: null });
});
afterEach(() => specimen.records.close());

async function charge(day: number, said: object = {}): Promise<{ session: string; transaction: string }> {
  const { charging } = specimen;
  const minute = (day * DAY) / MINUTE;
  const began = await charging.reported(report16('began', { minute, wh: 0 }));
  const { transaction } = began;
  await charging.reported(report16('updated', { transaction, minute: minute + 5, wh: 300, ...said }));
  await charging.reported(report16('ended', { transaction, minute: minute + 9, wh: 500 }));
  return began;
}

/** Goes through all sessions, a few at a time, at a day. */
async function trimAt(day: number): Promise<TrimPlace | null> {
  let firstKept: TrimPlace | null = null;
  for (let after: TrimPlace | null = null, steps = 0; steps < 20; steps++) {
    const { next, kept }: { next: TrimPlace | null; kept: TrimPlace | null } = await specimen.records.run(sealOld, {
      at: TEN + day * DAY,
      after,
      limit: 2,
    });
    firstKept ??= kept;
    if (next === null) return firstKept;
    after = next;
  }
  throw new Error('There is no end of it.');
}

/** That a message is known says that its event is still kept. */
const isKnown = async ({ transaction }: { transaction: string }, day: number) => {
  const again = report16('updated', { transaction, minute: (day * DAY) / MINUTE + 5, wh: 300 });
  return (await specimen.charging.reported(again)).repeated;
};

test('the events of what ended 90 days ago are deleted, and its account stays', async () => {
  const old = await charge(0);
  const young = await charge(20);
  const before = await specimen.charging.session(old.session);
  expect(await trimAt(89)).toBeNull();
  expect(await trimAt(90)).toBeNull();
  expect(await isKnown(old, 0)).toBe(true);
  expect(await trimAt(91)).toBeNull();
  expect(await isKnown(young, 20)).toBe(true);
  expect(await isKnown(old, 0)).toBe(false);
  expect(await specimen.charging.session(old.session)).toEqual(before);
});

test('what comes for such a session changes nothing of it', async () => {
  const { session, transaction } = await charge(0);
  const before = await specimen.charging.session(session);
  await trimAt(100);
  const { charging } = specimen;
  const late = { charger: 'C1', transaction, receivedAt: TEN + 101 * DAY };
  await charging.reported(report16('updated', { ...late, minute: 3, wh: 100 }));
  await charging.reported(report16('ended', { ...late, minute: 9, wh: 500 }));
  await charging.reported(report16('began', { wh: 0 }));
  expect(await charging.session(session)).toEqual(before);
});

test('what is active or doubtful keeps its events until it is settled', async () => {
  const { charging } = specimen;
  const doubtful = await charge(0, { wh: -10 });
  const active = await charging.reported(report201('began', { charger: 'C2', token: null, seqNo: 0, wh: 0 }));
  expect(await trimAt(100)).toEqual({ startedAt: TEN, id: '' });
  expect((await charging.reported(report201('began', { charger: 'C2', token: null, seqNo: 0, wh: 0 }))).repeated).toBe(
    true,
  );
  expect((await charging.session(active.session))?.state).toBe('active');
  const person = { by: 'ada', note: null, energyWh: null, endedAt: null, at: TEN + 100 * DAY };
  const again = report16('updated', { transaction: doubtful.transaction, minute: 5, wh: -10 });
  expect((await charging.reported(again)).repeated).toBe(true);
  await charging.reconciliation.settle({ session: doubtful.session, resolution: 'accept', ...person });
  await trimAt(100);
  expect((await charging.reported(again)).repeated).toBe(false);
});
