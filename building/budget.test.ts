import { describe, expect, it } from 'vitest';
import { Quality, type Reading } from '#estate/sample.ts';
import { SECOND } from '#estate/units.ts';
import { budgetOf, metersOf, type BudgetInput } from './budget.ts';

const NOW = 1_000 * SECOND;
const meter = (type: string, powerW: number, more: Partial<Reading> = {}): Reading => ({
  site: 's',
  device: type,
  type,
  ts: NOW - SECOND,
  values: { W: powerW },
  ...more,
});
const metered = (powerW: number, agoMs = SECOND) => ({ powerW, at: NOW - agoMs });
const input = (more: Partial<BudgetInput>): BudgetInput => ({
  now: NOW,
  gridLimitW: 20_000,
  meters: { grid: metered(15_000), building: null, pv: null },
  cars: { leastW: 10_000, mostW: 10_000 },
  previous: null,
  failSafeShare: 0.5,
  ...more,
});
const before = (baseW: number, changedAgoMs = 60 * SECOND, baseAgoMs = 10 * SECOND) => ({
  basis: 'measured' as const,
  budgetW: 0,
  baseW,
  baseAt: NOW - baseAgoMs,
  changedAt: NOW - changedAgoMs,
});

describe('the meters of a site', () => {
  it.each<[string, Reading[], number | null]>([
    ['a fresh meter is believed', [meter('grid-meter', 5_000)], 5_000],
    ['two are added', [meter('grid-meter', 5_000), meter('grid-meter', 1_000)], 6_000],
    ['no meter, no power', [meter('pv-inverter', 5_000)], null],
    ['one that is 31 s old is not', [meter('grid-meter', 5_000, { ts: NOW - 31 * SECOND })], null],
    ['nor one that is ahead of us', [meter('grid-meter', 5_000, { ts: NOW + 31 * SECOND })], null],
    ['nor one of doubtful quality', [meter('grid-meter', 5_000, { quality: { W: Quality.stale } })], null],
    [
      'one silent meter of two makes the sum unknown',
      [meter('grid-meter', 1), meter('grid-meter', 1, { ts: 0 })],
      null,
    ],
    [
      'a reading without power says nothing',
      [meter('grid-meter', 5_000), meter('grid-meter', 0, { values: {} })],
      5_000,
    ],
  ])('%s', (_, readings, expected) => {
    expect(metersOf(readings, NOW).grid?.powerW ?? null).toBe(expected);
  });
});

describe('the budget of the cars', () => {
  it.each<[string, Partial<BudgetInput>, number]>([
    ['is the grid limit without the building', {}, 15_000],
    ['counts the surplus of the sun', { meters: { grid: metered(-4_000), building: null, pv: null } }, 34_000],
    ['is never below nothing', { meters: { grid: metered(45_000), building: null, pv: null } }, 0],
    [
      'is a fixed share when the grid meter is silent',
      { meters: { grid: null, building: metered(1), pv: null } },
      10_000,
    ],
    ['is cautious at first while the cars are not measured', { cars: { leastW: 0, mostW: 22_000 } }, 5_000],
    [
      'believes the other meters where the cars are not measured',
      {
        cars: { leastW: 0, mostW: 22_000 },
        meters: { grid: metered(15_000), building: metered(6_000), pv: metered(1_000) },
      },
      15_000,
    ],
    [
      'stays where the cars may explain the rise',
      { cars: { leastW: 4_000, mostW: 11_000 }, previous: before(5_000) },
      15_000,
    ],
    [
      'forgets what was before a long pause',
      { cars: { leastW: 4_000, mostW: 11_000 }, previous: before(5_000, 60 * SECOND, 121 * SECOND) },
      9_000,
    ],
    [
      'sinks by what the cars cannot explain',
      { cars: { leastW: 4_000, mostW: 8_000 }, previous: before(5_000) },
      13_000,
    ],
    ['rises by what they cannot explain', { cars: { leastW: 12_000, mostW: 14_000 }, previous: before(5_000) }, 17_000],
    ['waits until the grid meter has seen the last change', { previous: before(2_000, 3 * SECOND) }, 18_000],
    ['but not for long', { previous: before(2_000, 3 * SECOND, 31 * SECOND) }, 15_000],
    [
      'sinks at once with the sun, whatever the cars do',
      {
        meters: { grid: metered(15_000), building: metered(9_000), pv: metered(0) },
        previous: before(2_000, 3 * SECOND),
      },
      11_000,
    ],
  ])('%s', (_, more, expected) => {
    expect(budgetOf(input(more)).budgetW).toBe(expected);
  });
});
