import { describe, expect, it } from 'vitest';
import { seededRandom } from '#estate/random.ts';
import { HOUR, MINUTE, SECOND, powerOf } from '#estate/units.ts';
import { share, type PowerDecision } from './share.ts';

const GRID_LIMIT_W = 30_000;

interface Car {
  charger: string;
  phases: 1 | 3;
  canTakeA: number;
  takesA: number;
  energyWh: number;
  powerW: number;
  measuredAt: number;
}

/**
 * Four hours of a site with clouds and a restless building: cars need seconds to follow, the grid meter speaks every
 * 10 s and the cars as often as told. Returns what a person at the site would see.
 */
function lived(carsReportEveryS: number) {
  const random = seededRandom('a cloudy day');
  const cars = [
    { phases: 3 as const, canTakeA: 16 },
    { phases: 3 as const, canTakeA: 32 },
    { phases: 3 as const, canTakeA: 10 },
    { phases: 1 as const, canTakeA: 32 },
    { phases: 3 as const, canTakeA: 16 },
  ].map((car, index): Car => ({ ...car, charger: `c${index}`, takesA: 0, energyWh: 0, powerW: 0, measuredAt: 0 }));
  let [buildingW, sunW, gridW, aboveS, longestAboveS, orders, freeWh] = [6_000, 8_000, 0, 0, 0, 0, 0];
  let decision: PowerDecision | null = null;
  let meters = { grid: null, building: null, pv: null } as Parameters<typeof share>[0]['meters'];
  for (let now = 0; now < 4 * HOUR; now += SECOND) {
    if (random.next() < 1 / 120) buildingW = random.int(3_000, 10_000);
    if (random.next() < 1 / 90) sunW = random.int(0, 15_000);
    for (const car of cars) {
      const told = decision?.loads.find(({ charger }) => charger === car.charger)?.limitA ?? 0;
      car.takesA += Math.max(-8, Math.min(4, Math.min(told, car.canTakeA) - car.takesA));
      car.energyWh += powerOf(car.takesA, car.phases) / 3_600;
    }
    const carsW = cars.reduce((sum, { takesA, phases }) => sum + powerOf(takesA, phases), 0);
    gridW = buildingW - sunW + carsW;
    freeWh += Math.max(0, GRID_LIMIT_W - buildingW + sunW) / 3_600;
    aboveS = gridW > GRID_LIMIT_W * 1.01 ? aboveS + 1 : 0;
    longestAboveS = Math.max(longestAboveS, aboveS);
    if (now % (10 * SECOND) === 0) meters = { grid: { powerW: gridW, at: now }, building: null, pv: null };
    cars.forEach((car, index) => {
      if ((now / SECOND + 7 * index) % carsReportEveryS !== 0) return;
      Object.assign(car, { powerW: powerOf(car.takesA, car.phases), measuredAt: now });
    });
    if (now % (10 * SECOND) !== 3 * SECOND) continue;
    const loads = cars.map(({ charger, phases, energyWh, powerW, measuredAt }) => {
      const session = { evse: 1, transaction: '1', session: charger, startedAt: 0, online: true };
      return { ...session, charger, phases, energyWh, powerW, measuredAt };
    });
    const input = { now, site: 's', gridLimitW: GRID_LIMIT_W, meters, loads, previous: decision };
    decision = share(input, { failSafeShare: 0.5, defaultA: 32 });
    for (const one of decision.loads) {
      if (one.limitA === null || one.held?.limitA === one.limitA) continue;
      orders += 1;
      one.held = { limitA: one.limitA, since: now, expiresAt: now + HOUR };
    }
  }
  const givenWh = cars.reduce((sum, { energyWh }) => sum + energyWh, 0);
  return { longestAboveS, ordersPerCarAndMinute: orders / cars.length / ((4 * HOUR) / MINUTE), used: givenWh / freeWh };
}

describe('a site under clouds for four hours', () => {
  it.each([
    { carsReportEveryS: 10, aboveAtMostS: 25 },
    { carsReportEveryS: 60, aboveAtMostS: 25 },
    { carsReportEveryS: 300, aboveAtMostS: 40 },
  ])('with cars that report every $carsReportEveryS s', ({ carsReportEveryS, aboveAtMostS }) => {
    const seen = lived(carsReportEveryS);
    expect(seen.longestAboveS).toBeLessThanOrEqual(aboveAtMostS);
    expect(seen.ordersPerCarAndMinute).toBeLessThan(1);
    expect(seen.used).toBeGreaterThan(0.85);
  });
});
