import { describe, expect, it } from 'vitest';
import { handClock, type HandClock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import { HOUR, isoTime, MINUTE, SECOND } from '#estate/units.ts';
import { createAttendance, describeEstate, type Fleet } from '#simulators/index.ts';
import { crank } from '../platform/crank.ts';
import { startField } from '../platform/field.ts';
import type { Caller } from '../platform/http.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import { settledTruth, verifyField } from '../platform/verify-field.ts';
import type { OrderView } from '../platform/views.ts';

/** Sixty for the eight busiest hours here, a thousand for a day by `npm run test:day`. */
const CHARGERS = Number(process.env['POLISGRID_TEST_CHARGERS'] ?? 60);
const [FROM_HOUR, HOURS] = CHARGERS >= 1_000 ? [0, 24] : [6, 8];
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

describe(`${HOURS} hours of ${CHARGERS} chargers of both versions, some of them cut off for hours`, () => {
  it(
    'ends with each session once, with its energy, and each order with one outcome',
    { timeout: 300_000 + CHARGERS * 2_000 },
    async () => {
      const clock = handClock(MIDNIGHT + FROM_HOUR * HOUR);
      await using polisgrid = await startTestPlatform({ clock });
      const { admin } = polisgrid;
      const described = describeEstate({ seed: 'day', sites: Math.ceil(CHARGERS * 0.45) });
      const estate = { ...described, chargers: described.chargers.slice(0, CHARGERS) };
      expect(estate.chargers).toHaveLength(CHARGERS);
      const attendance = createAttendance(() => clock.now());
      await using fleet = await startField(polisgrid.platform, estate, {
        clock,
        meterIntervalS: 900,
        drivers: true,
        tickMs: 5 * SECOND,
        probe: attendance,
      });

      for (let hour = 0; hour < HOURS; hour++) await liveAnHour(clock, fleet, { admin, hour });
      // All are back and have told what waited.
      await crank(clock, 2.5 * HOUR, 25 * SECOND);
      // On a busy machine an answer may have come too late for a charger.
      do await crank(clock, 20 * SECOND, 2 * SECOND);
      while (!fleet.truth().every(({ isOnline }) => isOnline));

      const truth = await settledTruth(fleet, { from: MIDNIGHT, clock });
      expect(fleet.truth().flatMap(({ refused }) => refused)).toEqual([]);
      expect(new Set(estate.chargers.map(({ protocol }) => protocol)).size).toBe(2);
      const { checked, differences } = await verifyField(truth, polisgrid, { clock, attendance });
      expect(differences).toEqual([]);
      expect(checked.sessions).toBeGreaterThan(CHARGERS);

      const chargers = await admin.everything<{ online: boolean; connection: { epoch: number } }>('/v1/chargers');
      expect(chargers.filter(({ online }) => !online)).toEqual([]);
      expect(new Set(chargers.map(({ connection }) => connection.epoch)).size).toBe(CHARGERS);
      const orders = await Promise.all(
        estate.chargers.map(({ id }) => admin.items<OrderView>(`/v1/chargers/${id}/commands`)),
      );
      expect(orders.flat()).toHaveLength(20 * HOURS);
      expect(orders.flat().filter(({ state, outcome }) => state !== 'done' || outcome === null)).toEqual([]);
    },
  );
});
