import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { powerOf } from '#estate/units.ts';
import { fill, type Vessel } from './fill.ts';

const vessel = (key: string, phases: number, capA: number): Vessel => ({ key, phases, capA });

describe('water-filling', () => {
  it.each([
    ['one car takes what there is', [vessel('a', 3, 32)], 11_040, { a: 16 }],
    ['two cars share evenly', [vessel('a', 3, 32), vessel('b', 3, 32)], 13_800, { a: 10, b: 10 }],
    ['an odd ampere goes to the first', [vessel('a', 3, 32), vessel('b', 3, 32)], 14_490, { a: 11, b: 10 }],
    ['what one cannot use the other gets', [vessel('a', 3, 8), vessel('b', 3, 32)], 16_560, { a: 8, b: 16 }],
    ['no one gets more than its cap', [vessel('a', 1, 16)], 50_000, { a: 16 }],
    ['one phase costs a third', [vessel('a', 1, 32), vessel('b', 3, 32)], 9_200, { a: 10, b: 10 }],
  ])('%s', (_, vessels, budgetW, expected) => {
    expect(Object.fromEntries(fill(vessels, budgetW))).toEqual(expected);
  });

  it('spends no more than the budget, is fair, and leaves nothing that someone could use', () => {
    const anyVessels = fc.array(fc.record({ phases: fc.constantFrom(1, 3), capA: fc.integer({ min: 6, max: 64 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(anyVessels, fc.integer({ min: 0, max: 200_000 }), (some, spareW) => {
        const vessels = some.map((one, index) => ({ ...one, key: String(index) }));
        const budgetW = vessels.reduce((sum, { phases }) => sum + powerOf(6, phases), 0) + spareW;
        const levels = fill(vessels, budgetW);
        const filled = vessels.map((one) => ({ ...one, levelA: levels.get(one.key) ?? 0 }));
        const spentW = filled.reduce((sum, { levelA, phases }) => sum + powerOf(levelA, phases), 0);
        expect(spentW).toBeLessThanOrEqual(budgetW);
        for (const { levelA, capA } of filled) {
          expect(levelA).toBeGreaterThanOrEqual(6);
          expect(levelA).toBeLessThanOrEqual(capA);
        }
        const thirsty = filled.filter(({ levelA, capA }) => levelA < capA);
        for (const one of thirsty) {
          for (const other of filled) expect(other.levelA).toBeLessThanOrEqual(one.levelA + 1);
        }
        const leftW = thirsty.length > 0 ? budgetW - spentW : 0;
        expect(leftW).toBeLessThan(powerOf(1, 3) * filled.length);
      }),
    );
  });
});
