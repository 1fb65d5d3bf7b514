import { SECOND, type Millis } from '#estate/units.ts';

/** Frames that a charger may send at once, and for how many a second it may go on. */
const BURST = 1_000;
const PER_SECOND = 100;

/** How much a charger may send: a bucket of frames that fills with time. */
export interface RateBudget {
  /** Takes one frame out; returns for how long the sender is to be held back, ms, 0 while it is within its budget. */
  spend(now: Millis): number;
}

export function createRateBudget(start: Millis): RateBudget {
  let left = BURST;
  let countedAt = start;
  return {
    spend(now) {
      const passedMs = Math.max(0, now - countedAt);
      countedAt = now;
      left = Math.min(BURST, left + (passedMs * PER_SECOND) / SECOND) - 1;
      return left >= 0 ? 0 : (-left * SECOND) / PER_SECOND;
    },
  };
}
