import type { HandClock } from '#estate/clock.ts';
import { MINUTE, SECOND } from '#estate/units.ts';

/** Real milliseconds for what goes over sockets and to disk while the hand-cranked time stands still. */
const BREATH_MS = 15;
/** A breath that took longer was too short: the process had more to do than there was time for. */
const BUSY_MS = 25;
const MOST_BREATHS = 20;

/** Moves hand-cranked time on in steps, and lets real sockets and stores keep up after each. */
export async function crank(clock: HandClock, durationMs: number, stepMs = 5_000): Promise<void> {
  for (let doneMs = 0; doneMs < durationMs; doneMs += stepMs) {
    await clock.advance(Math.min(stepMs, durationMs - doneMs));
    for (let breaths = 0; breaths < MOST_BREATHS && (await breath()) > BUSY_MS;) breaths++;
  }
}

/**
 * Asks again after each second of hand-cranked time until the answer holds; fails with the last answer after a while of it.
 * What waits for time itself (to try again, to put more together) never comes about while time stands still.
 */
export async function crankUntil<T>(
  clock: HandClock,
  {
    ask,
    holds,
    withinMs = 10 * MINUTE,
  }: { ask: () => T | Promise<T>; holds: (answer: T) => boolean; withinMs?: number },
): Promise<T> {
  const endMs = clock.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (clock.now() >= endMs)
      throw new Error(
        `It did not come about within ${withinMs / SECOND} s of simulated time; last: ${JSON.stringify(answer)}`,
      );
    await crank(clock, SECOND, SECOND);
  }
}

/** How long a breath took, ms. */
async function breath(): Promise<number> {
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
  return performance.now() - startedAt;
}
