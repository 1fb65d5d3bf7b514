import type { Clock } from '#estate/clock.ts';
import type { Millis } from '#estate/units.ts';

/** A clock that can be held at a past instant, so that a fleet can live through yesterday before it opens its eyes. */
export interface TravelClock extends Clock {
  /** Shows this instant from now on; null: the present. */
  hold(atMs: Millis | null): void;
}

export function createTravelClock(clock: Clock): TravelClock {
  let held: Millis | null = null;
  return {
    now: () => held ?? clock.now(),
    after: (delayMs, run) => clock.after(delayMs, run),
    every: (periodMs, run) => clock.every(periodMs, run),
    sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
    hold: (atMs) => void (held = atMs),
  };
}
