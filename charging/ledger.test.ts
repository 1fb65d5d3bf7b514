import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import type { Session, TransactionReport } from './index.ts';
import { cardOf, openCharging, report16, report201, TEN, type ChargingSpecimen } from './specimens.ts';

let specimen: ChargingSpecimen;
let lastCharger = 0;
/** A charger with a card of its own, so that no test meets another. */
const newCharger = async () => {
  const id = `c-${++lastCharger}`;
  await specimen.charging.putToken({ token: cardOf(id), status: 'accepted', group: null, expiresAt: null });
  return id;
};

beforeAll(async () => {
  specimen = await openCharging();
});
afterAll(() => specimen.records.close());

const sessionsOf = (id: string) => specimen.charging.sessions({ charger: id, limit: 100 });
const onlySessionOf = async (id: string): Promise<Session> => {
  const [session, ...others] = await sessionsOf(id);
  expect(others).toEqual([]);
  if (!session) throw new Error(`${id} has no session.`);
  return session;
};
const report = (one: TransactionReport) => specimen.charging.reported(one);

describe('a 1.6 session', () => {
  test('runs from start to stop under one number and one row', async () => {
    const id = await newCharger();
    const { transaction, session, repeated } = await report(report16('began', { charger: id, wh: 1_000 }));
    expect(Number(transaction)).toBeGreaterThan(0);
    expect(Number(transaction)).toBeLessThan(2 ** 31);
    expect(repeated).toBe(false);
    await report(report16('updated', { charger: id, transaction, minute: 10, wh: 2_000, powerW: 6_000 }));
    expect(await onlySessionOf(id)).toMatchObject({ state: 'active', energyWh: 1_000, powerW: 6_000 });
    await report(report16('ended', { charger: id, transaction, minute: 20, wh: 3_000, reason: 'Local' }));
    expect(await onlySessionOf(id)).toEqual({
      id: session,
      charger: id,
      site: 'barolo',
      evse: 1,
      connector: 1,
      token: cardOf(id),
      transaction,
      protocol: 'ocpp1.6',
      state: 'ended',
      startedAt: TEN,
      endedAt: TEN + 20 * MINUTE,
      energyWh: 2_000,
      meteredWh: 2_000,
      powerW: null,
      cost: null,
      reason: 'Local',
      doubts: [],
      settled: null,
      synthetic: true,
    });
  });

  test('is the same when its start comes again, in other letters, before or after the stop', async () => {
    const id = await newCharger();
    const first = await report(report16('began', { charger: id, wh: 1_000 }));
    const second = await report(report16('began', { charger: id, token: cardOf(id), wh: 1_000 }));
    await report(report16('ended', { charger: id, transaction: first.transaction, minute: 20, wh: 3_000 }));
    const third = await report(report16('began', { charger: id, token: cardOf(id).toLowerCase(), wh: 1_000 }));
    expect(second).toEqual({ ...first, repeated: true });
    expect(third).toEqual({ ...first, repeated: true });
    expect(await onlySessionOf(id)).toMatchObject({ state: 'ended', energyWh: 2_000 });
  });

  test.each([
    ['another connector', { evse: 2 }],
    ['another token', { token: 'CARD-2' }],
    ['another time', { minute: 1 }],
    ['another register', { wh: 1_001 }],
  ])('is another one when its start has %s', async (_, differently) => {
    const id = await newCharger();
    const first = await report(report16('began', { charger: id, wh: 1_000 }));
    const second = await report(report16('began', { charger: id, wh: 1_000, ...differently }));
    expect(second.transaction).not.toBe(first.transaction);
    expect(await sessionsOf(id)).toHaveLength(2);
  });

  test('does not change with a second stop, and does not open again', async () => {
    const id = await newCharger();
    const { transaction } = await report(report16('began', { charger: id, wh: 1_000 }));
    await report(report16('ended', { charger: id, transaction, minute: 20, wh: 3_000 }));
    const before = await onlySessionOf(id);
    const second = await report(report16('ended', { charger: id, transaction, minute: 40, wh: 9_000 }));
    expect(second.repeated).toBe(true);
    expect(await onlySessionOf(id)).toEqual(before);
    await report(report16('updated', { charger: id, transaction, minute: 15, wh: 2_500 }));
    expect(await onlySessionOf(id)).toEqual(before);
  });

  test('gives way to the next one on its connector', async () => {
    const id = await newCharger();
    const first = await report(report16('began', { charger: id, wh: 1_000 }));
    await report(report16('updated', { charger: id, transaction: first.transaction, minute: 10, wh: 1_500 }));
    await report(report16('began', { charger: id, minute: 30, wh: 1_700 }));
    expect(await specimen.charging.session(first.session)).toMatchObject({
      state: 'incomplete',
      energyWh: 500,
      reason: 'another session began on the connector',
    });
    await report(report16('ended', { charger: id, transaction: first.transaction, minute: 20, wh: 1_700 }));
    expect(await specimen.charging.session(first.session)).toMatchObject({ state: 'ended', energyWh: 700 });
  });
});

describe('an unknown 1.6 transaction', () => {
  test.each(['-1', '0', '9223372036854775807', '4711'])('%s is kept, once, as incomplete', async (transaction) => {
    const id = await newCharger();
    const stop = report16('ended', { charger: id, transaction, minute: 20, wh: 3_000 });
    const first = await report(stop);
    expect(first).toMatchObject({ transaction, repeated: false });
    expect(await report(stop)).toEqual({ ...first, repeated: true });
    expect(await onlySessionOf(id)).toMatchObject({ transaction, state: 'incomplete', doubts: ['orphan-stop'] });
  });

  test('-1 of two sessions is two rows, each with its energy', async () => {
    const id = await newCharger();
    const orphan = (phase: 'updated' | 'ended', minute: number, wh: number) =>
      report(report16(phase, { charger: id, transaction: '-1', minute, wh }));
    await orphan('updated', 10, 1_000);
    await orphan('ended', 20, 1_800);
    await orphan('updated', 30, 1_800);
    await orphan('ended', 40, 1_900);
    await orphan('ended', 20, 1_800);
    expect((await sessionsOf(id)).map((one) => one.energyWh).toSorted((a, b) => a - b)).toEqual([100, 800]);
  });

  test('of meter values leaves the session on that connector alone', async () => {
    const id = await newCharger();
    const { session } = await report(report16('began', { charger: id, wh: 1_000 }));
    await report(report16('updated', { charger: id, transaction: '0', evse: 1, connector: 1, minute: 5, wh: 7_000 }));
    expect(await specimen.charging.session(session)).toMatchObject({ state: 'active', energyWh: 0 });
  });
});

test('no charger changes a session of another', async () => {
  const [mine, theirs] = [await newCharger(), await newCharger()];
  const { transaction, session } = await report(report16('began', { charger: mine, wh: 1_000 }));
  const before = await specimen.charging.session(session);
  await report(report16('updated', { charger: theirs, transaction, minute: 10, wh: 9_000 }));
  await report(report16('ended', { charger: theirs, transaction, minute: 20, wh: 9_000 }));
  expect(await specimen.charging.session(session)).toEqual(before);
  expect(await onlySessionOf(theirs)).toMatchObject({ state: 'incomplete', doubts: ['orphan-stop'] });
});

test('a transaction number that the charger has had is not given again', async () => {
  const id = await newCharger();
  const numbers = new Set<string>();
  for (let minute = 0; minute < 50; minute++) {
    numbers.add((await report(report16('began', { charger: id, minute, wh: 1_000 }))).transaction);
  }
  expect(numbers.size).toBe(50);
});

describe('a 2.0.1 session', () => {
  test('takes its late start in', async () => {
    const id = await newCharger();
    await report(report201('ended', { charger: id, seqNo: 2, minute: 20, wh: 3_000, reason: 'EVDisconnected' }));
    expect(await onlySessionOf(id)).toMatchObject({ state: 'ended', doubts: ['missing-start'] });
    await report(report201('updated', { charger: id, seqNo: 1, minute: 10, wh: 2_000 }));
    await report(report201('began', { charger: id, seqNo: 0, wh: 1_000 }));
    expect(await onlySessionOf(id)).toMatchObject({
      state: 'ended',
      startedAt: TEN,
      endedAt: TEN + 20 * MINUTE,
      energyWh: 2_000,
      token: cardOf(id),
      reason: 'EVDisconnected',
      doubts: [],
    });
  });

  test('is begun by an update, and known again by the number of each event', async () => {
    const id = await newCharger();
    const first = await report(report201('updated', { charger: id, seqNo: 1, minute: 10, wh: 2_000 }));
    expect(await onlySessionOf(id)).toMatchObject({ state: 'active', startedAt: TEN + 10 * MINUTE });
    const again = await report(report201('updated', { charger: id, seqNo: 1, minute: 11, wh: 8_000 }));
    expect(again).toEqual({ ...first, repeated: true });
    expect(await onlySessionOf(id)).toMatchObject({ energyWh: 0 });
  });

  test('has one row for each transaction', async () => {
    const id = await newCharger();
    await report(report201('began', { charger: id, transaction: 'a', seqNo: 0 }));
    await report(report201('began', { charger: id, transaction: 'b', seqNo: 0, evse: 2 }));
    expect(await sessionsOf(id)).toHaveLength(2);
  });
});

describe('a token', () => {
  test.each([
    ['that nobody registered', null, 'invalid', ['unknown-token']],
    ['that is blocked', { status: 'blocked', expiresAt: null }, 'blocked', ['blocked-token']],
    ['that has expired', { status: 'accepted', expiresAt: TEN }, 'expired', ['expired-token']],
    ['that is still to expire', { status: 'accepted', expiresAt: TEN + 1 }, 'accepted', []],
  ] as const)('%s does not keep its session from the records', async (name, known, verdict, doubts) => {
    const id = await newCharger();
    if (known) await specimen.charging.putToken({ token: name, group: null, ...known });
    const began = await report(report16('began', { charger: id, token: name, wh: 0 }));
    expect(began.token).toBe(verdict);
    await report(report16('ended', { charger: id, transaction: began.transaction, minute: 9, wh: 500 }));
    expect(await onlySessionOf(id)).toMatchObject({ state: 'ended', energyWh: 500, doubts });
  });

  test('that charges elsewhere is concurrent, and its session is recorded', async () => {
    const [one, two] = [await newCharger(), await newCharger()];
    const token = cardOf(one);
    const first = await report(report16('began', { charger: one, wh: 0 }));
    expect(first.token).toBe('accepted');
    expect((await report(report16('began', { charger: one, wh: 0 }))).token).toBe('accepted');
    const other = report201('began', { charger: two, token, seqNo: 0, minute: 1 });
    expect((await report(other)).token).toBe('concurrent');
    expect(await onlySessionOf(two)).toMatchObject({ state: 'active', doubts: ['concurrent-token'] });
    await report(report16('ended', { charger: one, transaction: first.transaction, minute: 9, wh: 500 }));
    expect((await report(other)).token).toBe('accepted');
  });

  test('of who stops is not the token of the session', async () => {
    const id = await newCharger();
    const { transaction } = await report(report16('began', { charger: id, wh: 0 }));
    const stop = await report(report16('ended', { charger: id, transaction, token: 'nobody', minute: 9, wh: 500 }));
    expect(stop.token).toBe('invalid');
    expect(await onlySessionOf(id)).toMatchObject({ token: cardOf(id), doubts: [] });
  });
});

test('what is told follows what is committed, and a repeat tells nothing', async () => {
  const id = await newCharger();
  const { transaction, session } = await report(report16('began', { charger: id, wh: 0 }));
  for (let times = 0; times < 2; times++) {
    await report(report16('began', { charger: id, wh: 0 }));
    await report(report16('updated', { charger: id, transaction, minute: 5, wh: 300, powerW: 3_600 }));
    await report(report16('ended', { charger: id, transaction, minute: 9, wh: 500 }));
  }
  const of = { charger: id, site: 'barolo', session };
  expect(specimen.told.filter((fact) => fact.charger === id)).toEqual([
    { ...of, kind: 'session-began', at: TEN, energyWh: 0, powerW: null },
    { ...of, kind: 'session-metered', at: TEN + 5 * MINUTE, energyWh: 300, powerW: 3_600 },
    { ...of, kind: 'session-ended', at: TEN + 9 * MINUTE, energyWh: 500, powerW: null },
  ]);
});
