import { NOMINAL_VOLTAGE_V } from '#estate/units.ts';

/** Below this no car charges: it is what the electronics take, A. */
const IDLE_A = 1;

/**
 * The phases that a car charges on, from its current by phase; null where that cannot be told. A meter that tells one phase
 * only may stand for three alike: then the power decides. Two phases are counted as three.
 *
 * @param currentA of the phases that the meter tells.
 */
export function phasesOf(currentA: readonly number[] | null, powerW: number | null): 1 | 3 | null {
  const used = currentA?.filter((current) => current > IDLE_A) ?? [];
  if (currentA === null || used.length === 0) return null;
  if (used.length > 1) return 3;
  if (currentA.length === 3) return 1;
  const asOne = (powerW ?? 0) / (NOMINAL_VOLTAGE_V * Math.max(...used));
  if (asOne === 0) return null;
  if (asOne <= 1.3) return 1;
  return asOne >= 1.7 ? 3 : null;
}
