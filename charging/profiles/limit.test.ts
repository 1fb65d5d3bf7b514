import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, NOMINAL_VOLTAGE_V, SECOND } from '#estate/units.ts';
import { limitAt, limitsOver, type LimitedEvse } from './limit.ts';
import type { ChargingProfile } from './profile.ts';

const now = Date.UTC(2026, 4, 12, 10);
const base: ChargingProfile = {
  number: 1,
  evse: 1,
  purpose: 'default',
  kind: 'absolute',
  stackLevel: 0,
  unit: 'A',
  periods: [{ startS: 0, limit: 16, phases: null }],
  startsAt: now - HOUR,
  durationS: null,
  validFrom: null,
  validTo: null,
  transaction: null,
};
const amps = (limit: number) => [{ startS: 0, limit, phases: null }];
const place: LimitedEvse = { evse: 1, transaction: '7', startedAt: now - 30 * MINUTE };

describe('the limit that profiles set', () => {
  it.each<[string, Partial<ChargingProfile>[], number | undefined]>([
    ['none', [], undefined],
    ['a default of the EVSE', [{}], 16],
    ['a default of all EVSEs', [{ evse: 0 }], 16],
    ['not that of another EVSE', [{ evse: 2 }], undefined],
    ['the higher level of two', [{ periods: amps(10) }, { stackLevel: 1, periods: amps(20) }], 20],
    ['the lower of two on one level', [{ periods: amps(20) }, { evse: 0, periods: amps(9) }], 9],
    ["the transaction's over the default", [{}, { purpose: 'transaction', transaction: '7', periods: amps(20) }], 20],
    ['that which came with the start', [{}, { purpose: 'transaction', periods: amps(20) }], 20],
    ["not another transaction's", [{}, { purpose: 'transaction', transaction: '8', periods: amps(20) }], 16],
    ["the station's maximum caps", [{}, { purpose: 'station-maximum', evse: 0, periods: amps(12) }], 12],
    ['what comes from outside caps', [{}, { purpose: 'external', evse: 0, periods: amps(7) }], 7],
    ['zero is a limit', [{ periods: amps(0) }], 0],
    ['expired: none', [{ validTo: now }], undefined],
    ['not yet valid: none', [{ validFrom: now + 1 }], undefined],
    ['its duration is over: none', [{ durationS: 3600 }], undefined],
    ['not yet begun: none', [{ startsAt: now + MINUTE }], undefined],
    ['an expired level leaves the one below', [{ periods: amps(10) }, { stackLevel: 3, validTo: now - 1 }], 10],
    ['relative: since the transaction began', [{ kind: 'relative', startsAt: null, durationS: 1801 }], 16],
    ['relative: over', [{ kind: 'relative', startsAt: null, durationS: 1800 }], undefined],
    ['daily: the same hour of another day', [{ kind: 'daily', startsAt: now - 3 * DAY - HOUR, durationS: 7200 }], 16],
    ['daily: out of its hours', [{ kind: 'daily', startsAt: now - 3 * DAY - 3 * HOUR, durationS: 7200 }], undefined],
    ['weekly: not on another day', [{ kind: 'weekly', startsAt: now - 3 * DAY, durationS: 7200 }], undefined],
    ['watts over three phases', [{ unit: 'W', periods: amps(6900) }], 10],
    ['watts over the one phase of the period', [{ unit: 'W', periods: [{ startS: 0, limit: 2300, phases: 1 }] }], 10],
  ])('%s', (_, profiles, expected) => {
    const limit = limitAt(
      profiles.map((each, n) => ({ ...base, number: n, ...each })),
      place,
      now,
    );
    expect(limit?.limitA).toBe(expected);
  });

  it('names the profile that sets it', () => {
    const profiles = [base, { ...base, number: 9, purpose: 'station-maximum' as const, evse: 0, periods: amps(12) }];
    expect(limitAt(profiles, place, now)).toEqual({ limitA: 12, number: 9 });
    expect(limitAt(profiles, { ...place, evse: 0 }, now)).toEqual({ limitA: 12, number: 9 });
  });

  it('is told with the times at which it changes', () => {
    const night = { ...base, kind: 'daily' as const, stackLevel: 1, startsAt: now - DAY + HOUR, durationS: 7200 };
    const profiles = [base, { ...night, number: 2, periods: [...amps(32), { startS: 3600, limit: 20, phases: null }] }];
    expect(limitsOver(profiles, place, { from: now, to: now + 4 * HOUR })).toEqual([
      { from: now, to: now + HOUR, limit: { limitA: 16, number: 1 } },
      { from: now + HOUR, to: now + 2 * HOUR, limit: { limitA: 32, number: 2 } },
      { from: now + 2 * HOUR, to: now + 3 * HOUR, limit: { limitA: 20, number: 2 } },
      { from: now + 3 * HOUR, to: now + 4 * HOUR, limit: { limitA: 16, number: 1 } },
    ]);
  });
});

const seconds = (most: number) => fc.integer({ min: 0, max: most });
const instant = seconds(3 * 86_400).map((s) => now - DAY + s * SECOND);
const anyProfile: fc.Arbitrary<ChargingProfile> = fc.record({
  number: fc.integer({ min: 1, max: 1000 }),
  evse: fc.integer({ min: 0, max: 2 }),
  purpose: fc.constantFrom('default', 'transaction', 'station-maximum', 'external'),
  kind: fc.constantFrom('absolute', 'daily', 'weekly', 'relative'),
  stackLevel: fc.integer({ min: 0, max: 3 }),
  unit: fc.constantFrom('A', 'W'),
  periods: fc.uniqueArray(seconds(86_400), { maxLength: 4 }).chain((starts) =>
    fc.tuple(
      ...[0, ...starts.filter((s) => s > 0).toSorted((a, b) => a - b)].map((startS) =>
        fc.record({
          startS: fc.constant(startS),
          limit: fc.integer({ min: 0, max: 32 }),
          phases: fc.constantFrom(null, 1, 3),
        }),
      ),
    ),
  ),
  startsAt: fc.option(instant),
  durationS: fc.option(seconds(100_000).map((s) => s + 1)),
  validFrom: fc.option(instant),
  validTo: fc.option(instant),
  transaction: fc.constantFrom(null, '7', '8'),
});
const anyPlace = fc.record({
  evse: fc.integer({ min: 0, max: 2 }),
  transaction: fc.constantFrom(null, '7'),
  startedAt: instant,
});

describe('whatever the profiles', () => {
  it('the limits over a window are those of each of its instants', () => {
    fc.assert(
      fc.property(fc.array(anyProfile, { maxLength: 6 }), anyPlace, seconds(100_000), (profiles, at, lengthS) => {
        const window = { from: now, to: now + (lengthS + 1) * SECOND };
        const spans = limitsOver(profiles, at, window);
        expect(spans[0]?.from).toBe(window.from);
        expect(spans.at(-1)?.to).toBe(window.to);
        for (const [n, span] of spans.entries()) {
          expect(span.to).toBe(spans[n + 1]?.from ?? window.to);
          for (const instantOf of [span.from, Math.floor((span.from + span.to) / 2), span.to - 1]) {
            expect(limitAt(profiles, at, instantOf)).toEqual(span.limit);
          }
        }
      }),
    );
  });

  it('one more station maximum never raises a limit', () => {
    fc.assert(
      fc.property(
        fc.array(anyProfile, { maxLength: 5 }),
        anyPlace,
        fc.integer({ min: 0, max: 40 }),
        (profiles, at, cap) => {
          const maximum = { ...base, purpose: 'station-maximum' as const, evse: 0, stackLevel: 9, periods: amps(cap) };
          const before = limitAt(
            profiles.filter(({ purpose }) => purpose !== 'station-maximum'),
            at,
            now,
          );
          const after = limitAt([...profiles, maximum], at, now);
          expect(after?.limitA).toBeLessThanOrEqual(Math.min(cap, before?.limitA ?? Infinity));
        },
      ),
    );
  });

  it('watts and the amperes that they are make the same limit', () => {
    fc.assert(
      fc.property(anyProfile, anyPlace, (profile, at) => {
        const inWatts = profile.periods.map((one) => ({
          ...one,
          limit: one.limit * NOMINAL_VOLTAGE_V * (one.phases ?? 3),
        }));
        const one = limitAt([{ ...profile, unit: 'A' }], at, now);
        const other = limitAt([{ ...profile, unit: 'W', periods: inWatts }], at, now);
        expect(other?.limitA ?? -1).toBeCloseTo(one?.limitA ?? -1, 9);
      }),
    );
  });
});
