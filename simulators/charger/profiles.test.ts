import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { install, limitOf, type StoredProfile, unexpired } from './profiles.ts';

const now = Date.UTC(2026, 4, 12, 10);
const base: StoredProfile = {
  id: 1,
  evse: 1,
  stackLevel: 0,
  purpose: 'default',
  kind: 'absolute',
  recursMs: null,
  transaction: null,
  validFrom: null,
  validTo: null,
  startsAt: now - HOUR,
  durationS: null,
  unit: 'A',
  source: 'CSO',
  periods: [{ startS: 0, limit: 16, phases: null }],
};
const limit = (amps: number) => [{ startS: 0, limit: amps, phases: null }];
const session = { evse: 1, transaction: { id: '7', startedAt: now - 30 * MINUTE }, phases: 3, sharing: 1, now };

describe('the limit of stacked profiles', () => {
  it.each<[string, Partial<StoredProfile>[], number]>([
    ['none: no limit', [], Infinity],
    ['a default', [{}], 16],
    ['a default for all EVSEs', [{ evse: 0 }], 16],
    ['a default for another EVSE', [{ evse: 2 }], Infinity],
    ['the higher level of two', [{ periods: limit(10) }, { stackLevel: 1, periods: limit(20) }], 20],
    ['the lower of two of one level', [{ periods: limit(20) }, { evse: 0, periods: limit(9) }], 9],
    ['a transaction over a default', [{}, { purpose: 'transaction', transaction: '7', periods: limit(20) }], 20],
    ['not that of another transaction', [{}, { purpose: 'transaction', transaction: '8', periods: limit(20) }], 16],
    ['the station caps both', [{ periods: limit(20) }, { purpose: 'station-max', evse: 0, periods: limit(12) }], 12],
    ['what comes from outside caps the EVSE', [{ purpose: 'external', periods: limit(9) }], 9],
    ['and the station', [{}, { purpose: 'external', evse: 0, periods: limit(9) }], 9],
    ['zero is a limit', [{ periods: limit(0) }], 0],
    ['expired: ignored', [{ validTo: now }], Infinity],
    ['not yet valid: ignored', [{ validFrom: now + 1 }], Infinity],
    ['its duration is over: ignored', [{ durationS: 3600 }], Infinity],
    ['its duration still holds', [{ durationS: 3601 }], 16],
    ['not yet begun: ignored', [{ startsAt: now + MINUTE }], Infinity],
    ['an expired level leaves the one below', [{ periods: limit(10) }, { stackLevel: 3, validTo: now - 1 }], 10],
    [
      'the period of the moment',
      [{ periods: [...limit(16), { startS: 3600, limit: 8, phases: null }, { startS: 7200, limit: 6, phases: null }] }],
      8,
    ],
    [
      'relative: from the start of the session',
      [{ kind: 'relative', startsAt: null, periods: [...limit(16), { startS: 1800, limit: 7, phases: null }] }],
      7,
    ],
    [
      'daily: the same hour of another day',
      [{ kind: 'recurring', recursMs: DAY, startsAt: now - 3 * DAY - HOUR, durationS: 7200 }],
      16,
    ],
    [
      'daily: out of its hours',
      [{ kind: 'recurring', recursMs: DAY, startsAt: now - 3 * DAY - 3 * HOUR, durationS: 7200 }],
      Infinity,
    ],
    ['watts, over three phases', [{ unit: 'W', periods: limit(6900) }], 10],
  ])('%s', (_, profiles, expected) => {
    expect(
      limitOf(
        profiles.map((each, id) => ({ ...base, id, ...each })),
        session,
      ),
    ).toBeCloseTo(expected, 9);
  });

  it('divides the maximum of the station among its cars', () => {
    const station = { ...base, purpose: 'station-max' as const, evse: 0, periods: limit(32) };
    expect(limitOf([station], { ...session, sharing: 2 })).toBe(16);
  });

  it('spreads watts over the one phase of a car', () => {
    expect(limitOf([{ ...base, unit: 'W', periods: limit(3680) }], { ...session, phases: 1 })).toBe(16);
  });
});

describe('the profiles of a charger', () => {
  it('replace each other by id, and by level, purpose and EVSE', () => {
    const others = [base, { ...base, id: 2, stackLevel: 1 }, { ...base, id: 3, evse: 2 }];
    expect(
      install(others, { ...base, id: 2, stackLevel: 5 }, { replacesAlike: true }).map((each) => each.stackLevel),
    ).toEqual([0, 0, 5]);
    expect(install(others, { ...base, id: 9 }, { replacesAlike: true }).map((each) => each.id)).toEqual([2, 3, 9]);
    expect(install(others, { ...base, id: 9 }, { replacesAlike: false })).toHaveLength(4);
  });

  it('are forgotten when they have expired', () => {
    expect(unexpired([base, { ...base, validTo: now - 1 }, { ...base, validTo: now + 1 }], now)).toHaveLength(2);
  });
});
