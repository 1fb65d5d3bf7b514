import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { createCar } from '../car.ts';
import { estateOfOne } from '../specimens.ts';
import { admit, type Charger, createCharger, offerOf, outletAt, plugIn } from './charger.ts';
import { compositeOf } from './composite.ts';
import { refusalOf } from './profile-rules.ts';
import type { StoredProfile } from './profiles.ts';

const now = Date.UTC(2026, 4, 12, 10);
const [plan] = estateOfOne('ocpp2.0.1').chargers;
if (!plan) throw new Error('The estate has no such charger.');

/** A charger of two EVSEs with a session on the first since half an hour. */
function charging(profiles: StoredProfile[] = [], protocol = plan?.protocol ?? 'ocpp2.0.1'): Charger {
  const own = { ...plan, protocol, evses: 2, maxA: 32 } as Charger['plan'];
  const charger = createCharger(own, { tell: () => {}, nameSession: () => 'tx' }, { now: now - HOUR });
  plugIn(charger, { evse: 1, car: createCar({ phases: 3 }) }, now - HOUR);
  admit(charger, { evse: 1, driver: { token: 'CARD' } }, now - 30 * MINUTE);
  const session = outletAt(charger, 1).session;
  if (session) session.transaction = 'tx';
  charger.profiles = profiles;
  return charger;
}

const base: StoredProfile = {
  id: 1,
  evse: 1,
  stackLevel: 0,
  purpose: 'default',
  source: 'CSO',
  kind: 'absolute',
  recursMs: null,
  transaction: null,
  validFrom: null,
  validTo: null,
  startsAt: now - HOUR,
  durationS: null,
  unit: 'A',
  periods: [{ startS: 0, limit: 16, phases: null }],
};

const seconds = (most: number) => fc.integer({ min: 0, max: most });
const instant = seconds(3 * 86_400).map((s) => now - DAY + s * SECOND);
const periods = fc
  .uniqueArray(seconds(86_400), { maxLength: 3 })
  .chain((starts) =>
    fc.tuple(
      ...[0, ...starts.filter((s) => s > 0).toSorted((a, b) => a - b)].map((startS) =>
        fc.record({ startS: fc.constant(startS), limit: seconds(40), phases: fc.constant(null) }),
      ),
    ),
  );
const anyProfile: fc.Arbitrary<StoredProfile> = fc
  .record({
    id: fc.integer({ min: 1, max: 1000 }),
    evse: fc.integer({ min: 0, max: 2 }),
    stackLevel: fc.integer({ min: 0, max: 3 }),
    purpose: fc.constantFrom('station-max', 'default', 'transaction', 'external'),
    source: fc.constant('CSO'),
    kind: fc.constantFrom('absolute', 'recurring', 'relative'),
    recursMs: fc.constantFrom(null, DAY, 7 * DAY),
    transaction: fc.constantFrom(null, 'tx', 'other'),
    validFrom: fc.option(instant),
    validTo: fc.option(instant),
    startsAt: fc.option(instant),
    durationS: fc.option(seconds(100_000).map((s) => s + 1)),
    unit: fc.constant('A'),
    periods,
  })
  .map((profile) => ({ ...profile, recursMs: profile.kind === 'recurring' ? (profile.recursMs ?? DAY) : null }));

describe('the composite schedule', () => {
  it('is what the charger offers its car, second by second', () => {
    fc.assert(
      fc.property(
        fc.array(anyProfile, { maxLength: 6 }),
        seconds(100_000).map((s) => s + 1),
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 5, maxLength: 20 }),
        (profiles, durationS, shares) => {
          const charger = charging(profiles);
          const composite = compositeOf(charger, { evse: 1, durationS, unit: 'A' }, now);
          const edges = composite.periods.flatMap(({ startS }) => [startS - 1, startS]).filter((s) => s >= 0);
          for (const startS of [...edges, ...shares.map((share) => Math.floor(share * durationS))]) {
            const told = composite.periods.findLast((each) => each.startS <= startS)?.limit;
            const at = composite.startsAt + startS * SECOND;
            expect(told).toBeCloseTo(offerOf(charger, outletAt(charger, 1), at).currentA, 1);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('begins at 0, changes at each period, and is told in watts too', () => {
    const later = [...base.periods, { startS: 5_400, limit: 10, phases: null }];
    const charger = charging([{ ...base, periods: later }]);
    expect(compositeOf(charger, { evse: 1, durationS: 3_600, unit: 'W' }, now + 400)).toEqual({
      startsAt: now + SECOND,
      durationS: 3_600,
      unit: 'W',
      phases: 3,
      periods: [
        { startS: 0, limit: 16 * 690 },
        { startS: 1_799, limit: 10 * 690 },
      ],
    });
  });

  it('of a free EVSE is that of a session which begins now; of the station, its maximum', () => {
    const idle = { ...base, evse: 2, kind: 'relative' as const, startsAt: null, durationS: 600 };
    const station = {
      ...base,
      id: 2,
      evse: 0,
      purpose: 'station-max' as const,
      periods: [{ startS: 0, limit: 20, phases: null }],
    };
    const of = (evse: number, profiles: StoredProfile[]) =>
      compositeOf(charging(profiles), { evse, durationS: 3_600, unit: 'A' }, now).periods;
    expect(of(2, [idle])).toEqual([
      { startS: 0, limit: 16 },
      { startS: 600, limit: 32 },
    ]);
    expect(of(0, [idle, station])).toEqual([{ startS: 0, limit: 20 }]);
    expect(of(0, [idle])).toEqual([{ startS: 0, limit: 64 }]);
  });
});

describe('a charger takes no profile', () => {
  const own = { purpose: 'transaction' as const, transaction: 'tx', id: 8 };
  const other = { ...base, id: 7 };
  const all = ['ocpp1.6', 'ocpp2.0.1'] as const;
  const later = ['ocpp2.0.1'] as const;
  it.each<[string, Partial<StoredProfile>, StoredProfile[], readonly Charger['plan']['protocol'][]]>([
    ['UnknownEvse', { evse: 3 }, [], all],
    ['InvalidStackLevel', { stackLevel: 9 }, [], all],
    ['InvalidSchedule', { periods: [{ startS: 5, limit: 6, phases: null }] }, [], all],
    ['InvalidProfile', { purpose: 'station-max' }, [], all],
    ['InvalidProfile', { purpose: 'external', evse: 0 }, [], all],
    ['InvalidProfile', { kind: 'recurring', recursMs: null }, [], all],
    ['TxNotFound', { ...own, transaction: 'unknown' }, [], all],
    ['TxNotFound', { ...own, evse: 2 }, [], all],
    ['OutOfStorage', {}, Array.from({ length: 20 }, (_, n) => ({ ...base, id: n + 50, stackLevel: 7, evse: 2 })), all],
    ['MissingParam', { ...own, transaction: null }, [], later],
    ['InvalidSchedule', { startsAt: null }, [], later],
    ['InvalidProfile', { kind: 'relative' }, [], later],
    ['DuplicateProfile', {}, [other], later],
    ['DuplicateProfile', {}, [{ ...other, evse: 0 }], later],
    ['DuplicateProfile', own, [{ ...base, ...own, id: 9 }], later],
  ])('%s: %j', (reason, wrong, known, protocols) => {
    for (const protocol of all) {
      const expected = protocols.includes(protocol) ? reason : null;
      expect(refusalOf(charging(known, protocol), { ...base, ...wrong })).toBe(expected);
    }
  });

  it.each<[string, Partial<StoredProfile>, StoredProfile]>([
    ['the same again', {}, base],
    ['another level', { stackLevel: 1 }, other],
    ['another time', { validFrom: now + HOUR }, { ...other, validTo: now + HOUR }],
    ['another EVSE', { evse: 2 }, other],
  ])('but it takes %s', (_, good, known) => {
    expect(refusalOf(charging([known]), { ...base, ...good })).toBeNull();
  });
});
