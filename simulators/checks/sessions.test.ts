import { describe, expect, it } from 'vitest';
import { distance } from './kolmogorov-smirnov.ts';
import { parseSessions } from './session-file.ts';
import { polisEstate } from '../estate/polis.ts';
import { kindOfSite } from '../site-kinds.ts';
import { compareSessions, sessionsAt, simulatedSessions, worst } from './sessions.ts';

const HEADER = 'plug_in,plug_out,charging_minutes,energy_kwh\n';

describe('the Kolmogorov-Smirnov distance', () => {
  it.each([
    [[1, 2, 3], [3, 2, 1], 0],
    [[1, 2], [3, 4], 1],
    [[1, 2, 3, 4], [3, 4, 5, 6], 0.5],
    [[1, 1, 1, 2], [1, 2, 2, 2], 0.5],
  ])('of %j and %j is %d', (one, other, expected) => {
    expect(distance(one, other)).toBeCloseTo(expected, 12);
  });
});

describe('a file of sessions', () => {
  it('gives the hour of arrival, the stay and the energy', () => {
    const [session] = parseSessions(`${HEADER}2020-02-03T08:30:00,2020-02-03T10:00:00,60,7.5`);
    expect(session).toEqual({ arrivalHour: 8.5, stayHours: 1.5, energyKwh: 7.5 });
  });

  it.each([
    ['2020-02-03T08:30:00,2020-02-03T08:00:00,60,7.5', 'Line 2: plug_out is before plug_in'],
    ['soon,2020-02-03T08:00:00,60,7.5', 'Line 2: plug_in is "soon"'],
    ['2020-02-03T08:30:00,2020-02-03T10:00:00,60,much', 'Line 2: energy_kwh is "much"'],
    ['2020-02-03T08:30:00,2020-02-03T10:00:00', 'Line 2: energy_kwh is ""'],
    ['', 'Line 1: no sessions follow'],
  ])('with the line "%s" says: %s', (line, message) => {
    expect(() => parseSessions(HEADER + line)).toThrow(message);
  });

  it('without its columns says which are expected', () => {
    expect(() => parseSessions('from,to\n1,2')).toThrow('Line 1: the columns plug_in,plug_out');
  });
});

describe('the comparison of sessions', () => {
  const morning = simulatedSessions('lab', 'another seed');

  it('finds the kind that fits, and a distance that is only chance', () => {
    const found = compareSessions(morning);
    expect(found.kind).toBe('lab');
    expect(worst(found)).toBeLessThan(0.02);
  });

  it('holds sessions against the kind that is named', () => {
    expect(compareSessions(morning, 'town').arrival).toBeGreaterThan(0.3);
  });

  it('finds energies that are a third too high', () => {
    const found = compareSessions(
      morning.map((each) => ({ ...each, energyKwh: each.energyKwh * 1.33 })),
      'lab',
    );
    expect(found.energy).toBeGreaterThan(0.05);
    expect(found.stay).toBeLessThan(0.02);
  });
});

describe('the visitors of an estate', () => {
  const { chargers } = polisEstate({ seed: 3, sites: 120 });
  const visited = { visitors: 'measured', seed: '3' } as const;

  it('come as they were measured, to each kind of site', () => {
    const byKind = Map.groupBy(
      chargers.filter(({ dc }) => !dc),
      (charger) => kindOfSite(charger, visited),
    );
    expect([...byKind.keys()].toSorted()).toEqual(['campus', 'lab', 'workplace']);
    for (const [kind, there] of byKind) {
      const sessions = there.flatMap((charger) => sessionsAt(charger, { evse: 1, kind, seed: '3', count: 120 }));
      expect(worst(compareSessions(sessions, kind)), kind).toBeLessThan(0.05);
    }
  });

  it('are of one kind at a site, and at fast chargers of their own', () => {
    for (const [site, there] of Map.groupBy(chargers, (charger) => charger.site)) {
      const kinds = new Set(there.filter(({ dc }) => !dc).map((charger) => kindOfSite(charger, visited)));
      expect(kinds.size, site).toBeLessThanOrEqual(1);
    }
    const fast = chargers.filter(({ dc }) => dc).map((charger) => kindOfSite(charger, visited));
    expect(new Set(fast)).toEqual(new Set(['town-fast']));
  });
});
