import { seededRandom } from '#estate/random.ts';
import { MINUTE } from '#estate/units.ts';
import type { ChargerPlan, Manner } from '../estate/plan.ts';
import type { Interference } from './interference.ts';

const [LEAST_WRONG_MIN, MOST_WRONG_MIN] = [3, 12];

/** What its manner changes in how a charger speaks; a serial lies in its plan, and limits are kept where power is given. */
const MANNERS: Record<Manner, (plan: ChargerPlan) => Interference[]> = {
  plain: () => [],
  'repeats-ids': () => [{ id: countedFromBoot() }],
  'long-serials-wrong-clock': ({ id }) => {
    const offMs = wrongMs(id);
    return [{ clockOffMs: () => offMs }];
  },
  'ignores-limits': () => [],
};

export function mannerOf(plan: ChargerPlan): Interference[] {
  return MANNERS[plan.manner](plan);
}

/** Ids that count from 1, and begin anew with each boot, as of a charger that keeps its counter in memory. */
export function countedFromBoot(): NonNullable<Interference['id']> {
  let last = 0;
  return ({ action }) => {
    if (action === 'BootNotification') last = 0;
    return String(++last);
  };
}

/** How far a charger's clock is off, ms: always the same, some minutes slow or fast. */
function wrongMs(charger: string): number {
  const random = seededRandom(`${charger}/clock`);
  return random.pick([-1, 1]) * random.int(LEAST_WRONG_MIN, MOST_WRONG_MIN) * MINUTE;
}
