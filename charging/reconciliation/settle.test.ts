import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import type { Resolution } from '../index.ts';
import { openCharging, report16, report201, TEN, type ChargingSpecimen } from '../specimens.ts';

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
});
afterEach(() => specimen.records.close());

const open = (query = {}) => specimen.charging.reconciliation.list({ settled: false, limit: 10, ...query });
const settled = () => specimen.charging.reconciliation.list({ settled: true, limit: 10 });
const settle = (session: string, resolution: Resolution, given: { energyWh?: number; endedAt?: number } = {}) =>
  specimen.charging.reconciliation.settle({
    session,
    resolution,
    energyWh: null,
    endedAt: null,
    note: null,
    by: 'ada',
    at: TEN + 60 * MINUTE,
    ...given,
  });

/** A session whose meter fell: 1,000 Wh are certain, 500 more are not. */
async function doubtful(charger = 'C1'): Promise<string> {
  const { charging } = specimen;
  await charging.putToken({ token: `CARD-${charger}`, status: 'accepted', group: null, expiresAt: null });
  const { session, transaction } = await charging.reported(report16('began', { charger, wh: 1_000 }));
  const report = (phase: 'updated' | 'ended', minute: number, wh: number, frame: string) =>
    charging.reported(report16(phase, { charger, transaction, minute, wh, frame }));
  await report('updated', 10, 2_000, 'all is well');
  await report('updated', 15, 0, 'the meter fell');
  await report('ended', 20, 500, 'the stop');
  return session;
}

describe('the list of what is to be settled', () => {
  test('shows each doubt in plain words, since when, and the message that raised it', async () => {
    const id = await doubtful();
    expect(await open()).toEqual([
      {
        session: expect.objectContaining({ id, doubts: ['falling-register'], settled: null }),
        doubts: [
          {
            doubt: 'falling-register',
            since: TEN + 15 * MINUTE,
            text: expect.stringMatching(/^Its meter went back\./),
          },
        ],
        frames: [{ receivedAt: TEN + 15 * MINUTE, frame: 'the meter fell' }],
        resolutions: ['accept', 'correct', 'discard'],
      },
    ]);
  });

  test('holds no session without a doubt, and none whose doubt resolved itself', async () => {
    const { charging } = specimen;
    const report = (phase: 'began' | 'ended' | 'updated', seqNo: number) =>
      charging.reported(
        report201(phase, { seqNo, minute: seqNo, wh: 100 * seqNo, frame: `event ${seqNo}`, token: null }),
      );
    await report('began', 0);
    expect(await open()).toEqual([]);
    await report('ended', 2);
    expect(await open()).toMatchObject([{ doubts: [{ doubt: 'missing-events' }], frames: [{ frame: 'event 2' }] }]);
    await report('updated', 1);
    expect(await open()).toEqual([]);
  });

  test('is read page by page, and by charger, site and doubt', async () => {
    const ids: string[] = [];
    for (const charger of ['A', 'B', 'C']) {
      ids.unshift(await doubtful(charger));
      await specimen.clock.advance(1);
    }
    await specimen.charging.reported(report16('ended', { charger: 'D', transaction: '7', minute: 1 }));
    const idsOf = async (query: object) => (await open(query)).map(({ session }) => session.id);
    const [orphan, ...others] = await idsOf({});
    expect(others).toEqual(ids);
    expect(await idsOf({ limit: 2, before: ids[0] })).toEqual(ids.slice(1));
    expect(await idsOf({ charger: 'B' })).toEqual([ids[1]]);
    expect(await idsOf({ doubt: 'orphan-stop' })).toEqual([orphan]);
    expect(await idsOf({ site: 'barolo' })).toHaveLength(4);
    expect(await idsOf({ site: 'alba' })).toEqual([]);
  });

  test('keeps no more of a message than a person reads', async () => {
    await specimen.charging.reported(report16('ended', { transaction: '7', frame: 'x'.repeat(200_000) }));
    expect((await open())[0]?.frames[0]?.frame).toHaveLength(20_000);
  });
});

describe('a person settles a session', () => {
  test.each<[Resolution, object, object]>([
    ['accept', {}, { energyWh: 1_000 }],
    ['correct', { energyWh: 1_500 }, { energyWh: 1_500 }],
    ['correct', { endedAt: TEN + 19 * MINUTE }, { energyWh: 1_000, endedAt: TEN + 19 * MINUTE }],
    ['discard', {}, { energyWh: 0 }],
  ])('%s %j', async (resolution, given, counted) => {
    const id = await doubtful();
    const answer = await settle(id, resolution, given);
    const expected = {
      id,
      state: 'ended',
      meteredWh: 1_000,
      doubts: ['falling-register'],
      settled: { at: TEN + 60 * MINUTE, by: 'ada', resolution, note: null },
      ...counted,
    };
    expect(answer).toMatchObject(expected);
    expect(await specimen.charging.session(id)).toMatchObject(expected);
    expect(await open()).toEqual([]);
    expect(await settled()).toMatchObject([{ session: expected }]);
  });

  test('ends one that is active, and a stop that comes after all counts', async () => {
    const { charging, told } = specimen;
    const { session, transaction } = await charging.reported(report16('began', { wh: 1_000 }));
    await charging.reported(report16('updated', { transaction, minute: 10, wh: 2_000 }));
    const ended = await settle(session, 'end');
    expect(ended).toMatchObject({
      state: 'incomplete',
      energyWh: 1_000,
      endedAt: TEN + 10 * MINUTE,
      reason: 'ended by ada',
      doubts: ['missing-stop', 'unknown-token'],
    });
    expect(told.at(-1)).toMatchObject({ kind: 'session-ended', session });
    expect(await open()).toEqual([]);
    await charging.reported(report16('ended', { transaction, minute: 20, wh: 2_600 }));
    expect(await charging.session(session)).toMatchObject({ state: 'ended', energyWh: 1_600 });
    expect(await open()).toEqual([]);
  });

  test('and a new doubt brings it back', async () => {
    const id = await doubtful();
    const { transaction } = (await specimen.charging.session(id)) ?? { transaction: '' };
    await settle(id, 'accept');
    await specimen.charging.reported(report16('updated', { transaction, minute: 30, wh: 9_000, frame: 'too late' }));
    expect(await open()).toMatchObject([
      { session: { id }, frames: [{ frame: 'the meter fell' }, { frame: 'too late' }] },
    ]);
    await settle(id, 'accept');
    expect(await open()).toEqual([]);
  });

  test('what is metered after a correction does not count, and is a doubt', async () => {
    const { charging } = specimen;
    const { session, transaction } = await charging.reported(report16('began', { wh: 1_000 }));
    await charging.reported(report16('updated', { transaction, minute: 10, wh: 2_000 }));
    await settle(session, 'end', { energyWh: 1_200 });
    await charging.reported(report16('ended', { transaction, minute: 20, wh: 2_600 }));
    expect(await charging.session(session)).toMatchObject({ state: 'ended', energyWh: 1_200, meteredWh: 1_600 });
    expect((await open()).map(({ doubts }) => doubts.map(({ doubt }) => doubt))).toEqual([
      ['unknown-token', 'changed-since-settled'],
    ]);
    expect(await settle(session, 'accept')).toMatchObject({ energyWh: 1_600, doubts: ['unknown-token'] });
  });

  test.each<{ name: string; resolution: Resolution; given?: object; code: string }>([
    { name: 'correct without saying what', resolution: 'correct', code: 'invalid' },
    { name: 'accept and an energy', resolution: 'accept', given: { energyWh: 1 }, code: 'invalid' },
    { name: 'an end before the start', resolution: 'correct', given: { endedAt: TEN - 1 }, code: 'invalid' },
    { name: 'an end in the future', resolution: 'correct', given: { endedAt: TEN + 61 * MINUTE }, code: 'invalid' },
    { name: 'end what is over', resolution: 'end', code: 'conflict' },
  ])('not: $name', async ({ resolution, given, code }) => {
    const id = await doubtful();
    await expect(settle(id, resolution, given)).rejects.toMatchObject({ code });
    expect(await open()).toHaveLength(1);
  });

  test('not: one that is active, but to end it; and none that there is not', async () => {
    const { session } = await specimen.charging.reported(report16('began', { wh: 1_000 }));
    await expect(settle(session, 'discard')).rejects.toMatchObject({ code: 'conflict' });
    await expect(settle('nothing', 'accept')).rejects.toMatchObject({ code: 'not-found' });
    expect((await open())[0]?.resolutions).toEqual(['accept', 'end']);
  });
});
