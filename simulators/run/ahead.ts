import type { Millis } from '#estate/units.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { resolveStart } from '../scenario/start.ts';
import type { Wrong } from '../scenario/wrongs.ts';

const AHEAD = 'it lies in the future, of which a platform takes no measurements; a start that has passed is expected';

/**
 * What is wrong with the start of a scenario: in the future only a platform can be that lives in the simulated time, as
 * the run's own does where grid connections limit.
 */
export function ahead({ start, estate }: Pick<Scenario, 'start' | 'estate'>, now: Millis): Wrong[] {
  if (estate.grid === 'as-built' || resolveStart(start, now) <= now) return [];
  return [{ path: ['start'], message: AHEAD }];
}
