import { PolisError } from '#estate/errors.ts';
import { DAY, SECOND, type Millis } from '#estate/units.ts';

const MOST_STEPS = 10_000;

/** A span of time in steps, both ms; the step is 0 where raw points are asked for. */
export interface Range {
  from: Millis;
  to: Millis;
  step: number;
}

/**
 * The span of a query: the last day unless told.
 *
 * @param query times in ms, the step in s.
 * @throws PolisError `invalid` when it is empty or has more steps than an answer may hold.
 */
export function rangeOf(
  query: { from?: Millis | undefined; to?: Millis | undefined; step?: number | undefined },
  now: Millis,
): Range {
  const to = query.to ?? Math.max(now, query.from ?? 0);
  const from = query.from ?? to - DAY;
  const step = (query.step ?? 0) * SECOND;
  if (from >= to) throw new PolisError('invalid', 'query/from: it must be before "to".');
  if (step > 0 && (to - from) / step > MOST_STEPS) {
    const least = Math.ceil((to - from) / MOST_STEPS / SECOND);
    throw new PolisError('invalid', `query/step: at most ${MOST_STEPS} steps; take ${least} s or more for this span.`);
  }
  return { from, to, step };
}
