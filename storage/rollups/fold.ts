import { HOUR, type Millis } from '#estate/units.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { qualityOf } from '../engines/sieve.ts';
import { GAP_MS, beginOf, type Rollup } from './tiers.ts';

/** What is rolled up: steps of one width between two instants, of which `from` begins one. */
export interface FoldPlan {
  from: Millis;
  to: Millis;
  width: number;
  /** For a counter: the most that it can rise in an hour. Whatever rises faster is a wild value. */
  perHour: number | null;
}

/** What a step comes to, without the names. A step of a counter may be covered and have no reading of its own. */
export type Folded = Omit<Rollup, 'site' | 'device' | 'type' | 'metric'>;

interface Register {
  ts: Millis;
  value: number;
}

/**
 * Rolls up one metric of one device.
 *
 * Every value counts, whatever its quality, so that roll-ups and raw points agree. A counter, though, is credited from
 * good values only: with the difference of neighbours, shared out over the steps between them by time. No energy is
 * made across a gap, by a register that falls (a reset), or by one that rises faster than is possible.
 *
 * @param readings of the device, in time order; for a counter with those up to a gap before and after the plan.
 */
export function fold(readings: readonly Reading[], metric: string, plan: FoldPlan): Folded[] {
  const steps: Steps = new Map();
  let before: Register | null = null;
  for (const reading of readings) {
    if (!Object.hasOwn(reading.values, metric)) continue;
    const value = reading.values[metric] ?? 0;
    const isGood = (qualityOf(reading, metric) ?? Quality.good) === Quality.good;
    if (reading.ts >= plan.from && reading.ts < plan.to) add(stepAt(steps, reading.ts, plan), value, isGood);
    if (plan.perHour === null || !isGood) continue;
    const register = { ts: reading.ts, value };
    if (before && isPlausible(before, register, plan.perHour)) credit(steps, [before, register], plan);
    before = register;
  }
  return [...steps.values()]
    .map(({ sum, ...step }) => ({ ...step, mean: step.count === 0 ? 0 : sum / step.count }))
    .toSorted((a, b) => a.at - b.at);
}

type Step = Omit<Folded, 'mean'> & { sum: number };
type Steps = Map<Millis, Step>;

function stepAt(steps: Steps, ts: Millis, { width, perHour }: FoldPlan): Step {
  const at = beginOf(ts, width);
  const known = steps.get(at);
  if (known) return known;
  const none = perHour === null ? null : 0;
  const step = { at, min: Infinity, max: -Infinity, sum: 0, last: 0, count: 0, good: 0, rise: none, coveredMs: none };
  steps.set(at, step);
  return step;
}

function add(step: Step, value: number, isGood: boolean): void {
  step.min = Math.min(step.min, value);
  step.max = Math.max(step.max, value);
  step.count += 1;
  step.sum += value;
  step.last = value;
  if (isGood) step.good += 1;
}

function isPlausible(before: Register, now: Register, perHour: number): boolean {
  const [passed, rise] = [now.ts - before.ts, now.value - before.value];
  return passed <= GAP_MS && rise >= 0 && rise <= (perHour * passed) / HOUR;
}

function credit(steps: Steps, [before, now]: [Register, Register], plan: FoldPlan): void {
  const passed = now.ts - before.ts;
  const until = Math.min(now.ts, plan.to);
  for (let from = Math.max(before.ts, plan.from); from < until;) {
    const end = Math.min(beginOf(from, plan.width) + plan.width, until);
    const step = stepAt(steps, from, plan);
    step.rise = (step.rise ?? 0) + ((now.value - before.value) * (end - from)) / passed;
    step.coveredMs = (step.coveredMs ?? 0) + (end - from);
    from = end;
  }
}
