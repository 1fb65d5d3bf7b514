import type { Clock } from '#estate/clock.ts';

/** The same clock with time passing so many times as fast: for what is told in simulated time but happens in real time. */
export function hastened(clock: Clock, times: number): Clock {
  const originMs = clock.now();
  return {
    now: () => originMs + (clock.now() - originMs) * times,
    after: (delayMs, run) => clock.after(delayMs / times, run),
    every: (periodMs, run) => clock.every(periodMs / times, run),
    sleep: (delayMs, signal) => clock.sleep(delayMs / times, signal),
  };
}
