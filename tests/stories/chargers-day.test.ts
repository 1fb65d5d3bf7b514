import { describe, expect, it } from 'vitest';
import { handClock, type HandClock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import { DAY, HOUR, isoTime, MINUTE, SECOND } from '#estate/units.ts';
import { describeEstate, type ChargerTruth, type Fleet } from '#simulators/index.ts';
import { crank } from '../platform/crank.ts';
import { startField } from '../platform/field.ts';
import { eventually, type Caller } from '../platform/http.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import type { OrderView, SessionView } from '../platform/views.ts';

/** A hundred here, a thousand by `npm run test:day`. */
const CHARGERS = Number(process.env['POLISGRID_TEST_CHARGERS'] ?? 100);
const MIDNIGHT = Date.UTC(2026, 4, 18);

/** An hour in which some chargers are cut off for a while, and people order this and that. */
async function liveAnHour(clock: HandClock, fleet: Fleet, { admin, hour }: { admin: Caller; hour: number }) {
  const random = seededRandom(`hour-${hour}`);
  for (let n = 0; n < 20; n++) random.pick(fleet.chargers).cut(random.int(MINUTE, 2 * HOUR));
  const until = isoTime(clock.now() + 30 * MINUTE);
  const orders = Array.from({ length: 20 }, () => {
    const command = random.pick([{ command: 'clear-cache' }, { command: 'trigger', message: 'status' }]);
    return admin.post(`/v1/chargers/${random.pick(fleet.chargers).id}/commands?until=${until}`, command);
  });
  await crank(clock, HOUR, 25 * SECOND);
  const answered = await Promise.all(orders);
  expect(answered.filter(({ status }) => status !== 200 && status !== 202)).toEqual([]);
}

/** What the records should hold of a charger and do not, or hold and should not; by the numbers of the invariants. */
function differences(truth: ChargerTruth, kept: readonly SessionView[]): string[] {
  const { charger, confirmed, sessions } = truth;
  const rows = Map.groupBy(kept, ({ transaction }) => transaction);
  const says = (invariant: number, what: string) => `${invariant}: ${charger} ${what}`;
  const lost = confirmed.filter(({ transaction }) => !rows.has(transaction ?? ''));
  const twice = [...rows].filter(([, of]) => of.length > 1);
  const lived = new Set(sessions.map(({ transaction }) => transaction));
  const foreign = kept.filter(({ transaction }) => !lived.has(transaction));
  return [
    ...lost.map(({ action, transaction }) => says(1, `${action} of ${transaction} is not there`)),
    ...twice.map(([transaction]) => says(2, `${transaction} is there more than once`)),
    ...foreign.map(({ transaction }) => says(3, `${transaction} was never lived there`)),
    ...sessions.flatMap((session) => {
      const [row] = rows.get(session.transaction ?? '') ?? [];
      if (!row) return [says(1, `${session.transaction} is not there`)];
      const offWh = Math.abs(row.energyWh - session.energyWh);
      const state = session.endedAt === null ? 'active' : 'ended';
      return [
        // A register is told in whole watt-hours; a session that runs is as old as its last meter value.
        ...(session.endedAt !== null && offWh > 1 ? [says(4, `${row.transaction} is off by ${offWh} Wh`)] : []),
        ...(row.state === state ? [] : [says(5, `${row.transaction} is ${row.state}, and was ${state}`)]),
      ];
    }),
  ];
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe(`A day of ${CHARGERS} chargers of both versions, some of them cut off for hours`, () => {
  it(
    'ends with each session once, with its energy, and each order with one outcome',
    { timeout: 300_000 + CHARGERS * 2_000 },
    async () => {
      const clock = handClock(MIDNIGHT);
      await using polisgrid = await startTestPlatform({ clock });
      const { admin } = polisgrid;
      const described = describeEstate({ seed: 'day', sites: Math.ceil(CHARGERS * 0.45) });
      const estate = { ...described, chargers: described.chargers.slice(0, CHARGERS) };
      expect(estate.chargers).toHaveLength(CHARGERS);
      await using fleet = await startField(polisgrid.platform, estate, {
        clock,
        meterIntervalS: 900,
        drivers: true,
        tickMs: 5 * SECOND,
      });

      for (let hour = 0; hour < DAY / HOUR; hour++) await liveAnHour(clock, fleet, { admin, hour });
      // All are back and have told what waited.
      await crank(clock, 2.5 * HOUR, 25 * SECOND);

      // Some message is always under way; while time stands still, each is answered and no more come.
      const queued = () => Promise.resolve(sum(fleet.truth().map((one) => one.queued.length)));
      await eventually(queued, (left) => left === 0, 60_000);
      const truth = fleet.truth();
      expect(truth.flatMap(({ refused }) => refused)).toEqual([]);
      expect(new Set(estate.chargers.map(({ protocol }) => protocol)).size).toBe(2);
      const lived = truth.flatMap(({ sessions }) => sessions);
      expect(lived.length).toBeGreaterThan(CHARGERS);

      const sessions = await admin.everything<SessionView>('/v1/sessions');
      const byCharger = Map.groupBy(sessions, ({ charger }) => charger);
      expect(truth.flatMap((one) => differences(one, byCharger.get(one.charger) ?? []))).toEqual([]);
      const ended = lived.filter(({ endedAt }) => endedAt !== null);
      const billedWh = sum(sessions.filter(({ state }) => state === 'ended').map(({ energyWh }) => energyWh));
      expect(Math.abs(billedWh - sum(ended.map(({ energyWh }) => energyWh)))).toBeLessThanOrEqual(ended.length);

      const chargers = await admin.everything<{ online: boolean; connection: { epoch: number } }>('/v1/chargers');
      expect(chargers.filter(({ online }) => !online)).toEqual([]);
      expect(new Set(chargers.map(({ connection }) => connection.epoch)).size).toBe(CHARGERS);
      const orders = await Promise.all(
        estate.chargers.map(({ id }) => admin.items<OrderView>(`/v1/chargers/${id}/commands`)),
      );
      expect(orders.flat()).toHaveLength(20 * 24);
      expect(orders.flat().filter(({ state, outcome }) => state !== 'done' || outcome === null)).toEqual([]);
    },
  );
});
