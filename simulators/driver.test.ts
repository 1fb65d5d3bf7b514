import { DAY, HOUR } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { nextVisit, type Visit } from './driver.ts';
import { describeEstate } from './estate/describe.ts';
import { romeTime } from './physics/rome.ts';

const { chargers } = describeEstate({ seed: 1, sites: 40 });
const charger = chargers.find((each) => !each.dc) ?? chargers[0];
const monday = Date.UTC(2026, 4, 11);

function visits(count: number): Visit[] {
  if (!charger) throw new Error('The estate has no charger.');
  const all: Visit[] = [];
  let afterMs = monday;
  for (let number = 0; number < count; number++) {
    const visit = nextVisit(charger, {
      evse: 1,
      number,
      afterMs,
      seed: '1',
      kind: charger.dc ? 'town-fast' : 'town',
      tokens: ['A', 'B'],
    });
    all.push(visit);
    afterMs = visit.leavesAt;
  }
  return all;
}

describe('drivers', () => {
  const all = visits(600);

  it('are the same for the same seed', () => {
    expect(visits(20)).toEqual(all.slice(0, 20));
  });

  it('come one after the other, pay, and leave', () => {
    for (const [n, visit] of all.entries()) {
      expect(visit.arrivesAt).toBeGreaterThan(n === 0 ? monday : (all[n - 1]?.leavesAt ?? 0));
      expect(visit.paysAt).toBeGreaterThan(visit.arrivesAt);
      expect(visit.leavesAt).toBeGreaterThan(visit.paysAt);
      expect(visit.leavesAt - visit.arrivesAt).toBeLessThan(DAY);
    }
  });

  it('come by day far more often than by night', () => {
    const hours = all.map((each) => romeTime(each.arrivesAt).hour);
    const day = hours.filter((hour) => hour >= 8 && hour < 18).length;
    const night = hours.filter((hour) => hour < 6).length;
    expect(day).toBeGreaterThan(8 * night);
    expect(night).toBeGreaterThan(0);
  });

  it('occupy an EVSE for a third to two thirds of the day', () => {
    const span = (all.at(-1)?.leavesAt ?? 0) - monday;
    const there = all.reduce((sum, each) => sum + each.leavesAt - each.arrivesAt, 0);
    expect(there / span).toBeGreaterThan(0.33);
    expect(there / span).toBeLessThan(0.7);
  });

  it('need about 12 kWh, seldom none and seldom much', () => {
    const needs = all.map(({ car }) => (car.untilSoc - car.soc) * car.capacityWh).toSorted((a, b) => a - b);
    expect(needs[300]).toBeGreaterThan(8_000);
    expect(needs[300]).toBeLessThan(16_000);
    expect(needs[0]).toBeGreaterThan(500);
    expect(all.some((each) => each.leavesAt - each.arrivesAt > 9 * HOUR)).toBe(true);
  });
});
