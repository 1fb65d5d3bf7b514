import type { HandClock } from '#estate/clock.ts';

/** Real milliseconds for what goes over sockets and to disk while the hand-cranked time stands still. */
const BREATH_MS = 15;

/** Moves hand-cranked time on in steps, and lets real sockets and stores keep up after each. */
export async function crank(clock: HandClock, durationMs: number, stepMs = 5_000): Promise<void> {
  for (let doneMs = 0; doneMs < durationMs; doneMs += stepMs) {
    await clock.advance(Math.min(stepMs, durationMs - doneMs));
    await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
  }
}
