import { MINIMUM_CURRENT_A, powerOf } from '#estate/units.ts';

/** A car that was let in, with the most that it can use. */
export interface Vessel {
  key: string;
  phases: number;
  /** Whole A per phase, at least 6. */
  capA: number;
}

/**
 * Shares a budget by water-filling: everyone gets 6 A, then everyone who can use it one ampere more, round after round,
 * until the budget does not hold another ampere. Two cars that could use more never differ by more than 1 A.
 *
 * @param budgetW must hold 6 A for all, see admit().
 * @returns A per phase by key.
 */
export function fill(vessels: readonly Vessel[], budgetW: number): Map<string, number> {
  const levels = new Map(vessels.map(({ key }) => [key, MINIMUM_CURRENT_A]));
  let leftW = budgetW - vessels.reduce((sum, { phases }) => sum + powerOf(MINIMUM_CURRENT_A, phases), 0);
  let levelA = MINIMUM_CURRENT_A;
  for (let all = true; all; levelA++) {
    const thirsty = vessels.filter(({ capA }) => capA > levelA);
    if (thirsty.length === 0) break;
    for (const { key, phases } of thirsty) {
      const costW = powerOf(1, phases);
      if (costW > leftW) {
        all = false;
        continue;
      }
      leftW -= costW;
      levels.set(key, levelA + 1);
    }
  }
  return levels;
}
