import { afterEach, beforeEach, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import { newSessionId } from './index.ts';
import { charger, openCharging, report16, report201, TEN, type ChargingSpecimen } from './specimens.ts';
import { seededRandom } from '#estate/random.ts';

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
});
afterEach(() => specimen.records.close());

test('sessions are listed newest first, page by page', async () => {
  const { charging, clock } = specimen;
  const ids: string[] = [];
  for (let minute = 0; minute < 5; minute++) {
    ids.unshift((await charging.reported(report16('began', { minute, evse: minute + 1 }))).session);
    await clock.advance(1);
  }
  const first = await charging.sessions({ limit: 2 });
  const second = await charging.sessions({ limit: 2, before: first.at(-1)?.id ?? '' });
  const third = await charging.sessions({ limit: 2, before: second.at(-1)?.id ?? '' });
  expect([...first, ...second, ...third].map((one) => one.id)).toEqual(ids);
});

test('a session that is told late stands where it began, not where it was told', async () => {
  const { charging } = specimen;
  for (const minute of [30, 10, 20]) await charging.reported(report16('began', { minute, evse: minute }));
  const [first, ...rest] = await charging.sessions({ limit: 3 });
  expect([first, ...rest].map((one) => one?.evse)).toEqual([30, 20, 10]);
  expect(await charging.sessions({ limit: 3, before: first?.id ?? '' })).toEqual(rest);
  expect(await charging.sessions({ limit: 3, before: 'nobody' })).toEqual([]);
});

test('sessions are found by charger, site and state', async () => {
  const { charging } = specimen;
  await charging.reported(report16('began', { charger: 'A' }));
  await charging.reported(report201('ended', { charger: 'B', seqNo: 1 }));
  const count = async (query: object) => (await charging.sessions({ ...query, limit: 10 })).length;
  expect(await count({})).toBe(2);
  expect(await count({ charger: 'A' })).toBe(1);
  expect(await count({ site: 'barolo' })).toBe(2);
  expect(await count({ site: 'alba' })).toBe(0);
  expect(await count({ state: 'ended' })).toBe(1);
  expect(await charging.session('nothing')).toBeNull();
});

test('what charges now is shown with its power and whether its station is connected', async () => {
  const { charging } = specimen;
  await charging.reachable(charger('A'), true, TEN);
  const { transaction, session } = await charging.reported(report16('began', { charger: 'A', evse: 2, wh: 100 }));
  await charging.reported(report16('updated', { charger: 'A', transaction, minute: 3, wh: 400, powerW: 7_000 }));
  await charging.reported(report201('began', { charger: 'B', seqNo: 0, minute: 1 }));
  await charging.reported(report201('ended', { charger: 'B', transaction: 'other', seqNo: 0, minute: 1 }));
  expect(await charging.activeSessions({ site: 'barolo' })).toMatchObject([
    {
      charger: 'A',
      site: 'barolo',
      evse: 2,
      transaction,
      session,
      energyWh: 300,
      powerW: 7_000,
      measuredAt: TEN + 3 * MINUTE,
      startedAt: TEN,
      online: true,
    },
    { charger: 'B', transaction: 'tx', powerW: null, measuredAt: null, online: false },
  ]);
  expect(await charging.activeSessions({ site: 'alba' })).toEqual([]);
  expect(await charging.transactionOn('A', 2)).toBe(transaction);
  expect(await charging.transactionOn('A', 1)).toBeNull();
  expect(await charging.transactionOn('B', 2)).toBeNull();
});

test('session ids sort by the time they were made', () => {
  const random = seededRandom(1);
  const ids = [0, 1, TEN, TEN + 1, TEN * 2].map((now) =>
    newSessionId({ clock: { ...specimen.clock, now: () => now }, random }),
  );
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids.map((id) => id.length))).toEqual(new Set([25]));
});
