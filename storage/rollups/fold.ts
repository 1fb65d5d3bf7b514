import { HOUR, type Millis } from '#estate/units.ts';
import type { Reading } from '#estate/sample.ts';
import { isGood } from '../engines/sieve.ts';
import type { Credit } from './counters.ts';
import { beginOf, type Rollup } from './tiers.ts';

/** What is rolled up: steps of one width between two instants. */
export interface FoldPlan {
  from: Millis;
  to: Millis;
  width: number;
  /** null: the metric is no counter. */
  counter: Credit | null;
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
  const folding = createFolding(metric, plan);
  for (const reading of readings) folding.add(reading);
  return folding.steps();
}

/** The same, reading by reading: it holds the steps alone. */
export function createFolding(metric: string, plan: FoldPlan) {
  const steps: Steps = new Map();
  let before: Register | null = null;
  return {
    add(reading: Reading): void {
      if (!Object.hasOwn(reading.values, metric)) return;
      const { ts } = reading;
      const value = reading.values[metric] ?? 0;
      const good = isGood(reading, metric);
      if (ts >= plan.from && ts < plan.to) addTo(stepAt(steps, ts, plan), value, good);
      if (plan.counter === null || !good) return;
      const register = { ts, value };
      if (before && isPlausible(before, register, plan.counter)) credit(steps, [before, register], plan);
      before = register;
    },
    steps: (): Folded[] =>
      [...steps.values()]
        .map(({ sum, ...step }) => (step.count === 0 ? { ...step, ...NO_VALUES } : { ...step, mean: sum / step.count }))
        .toSorted((a, b) => a.at - b.at),
  };
}

export type Folding = ReturnType<typeof createFolding>;

/** Readings of each device for themselves, in the order in which they are. */
export function byDevice(readings: readonly Reading[]): Map<string, Reading[]> {
  return Map.groupBy(readings, ({ type, site, device }) => `${type}\n${site}\n${device}`);
}

/** What stands for the values of a step without readings. */
const NO_VALUES = { min: 0, max: 0, mean: 0, last: 0, count: 0, good: 0 };

/** A step of a counter for which nothing is known. */
export function unknownStep(at: Millis): Folded {
  return { at, ...NO_VALUES, rise: 0, coveredMs: 0 };
}

type Step = Omit<Folded, 'mean'> & { sum: number };
type Steps = Map<Millis, Step>;

function stepAt(steps: Steps, ts: Millis, { width, counter }: FoldPlan): Step {
  const at = beginOf(ts, width);
  const known = steps.get(at);
  if (known) return known;
  const none = counter === null ? null : 0;
  const step = { at, min: Infinity, max: -Infinity, sum: 0, last: 0, count: 0, good: 0, rise: none, coveredMs: none };
  steps.set(at, step);
  return step;
}

function addTo(step: Step, value: number, good: boolean): void {
  step.min = Math.min(step.min, value);
  step.max = Math.max(step.max, value);
  step.count += 1;
  step.sum += value;
  step.last = value;
  if (good) step.good += 1;
}

function isPlausible(before: Register, now: Register, { perHour, gapMs }: Credit): boolean {
  const [passed, rise] = [now.ts - before.ts, now.value - before.value];
  return passed <= gapMs && rise >= 0 && rise <= (perHour * passed) / HOUR;
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
