import type { Clock } from '#estate/clock.ts';

/** Waits for work, but not longer than this. No timer is left behind: it would hold up the end of the process. */
export async function within(work: Promise<unknown>, mostMs: number, clock: Clock): Promise<void> {
  const enough = new AbortController();
  try {
    await Promise.race([work, clock.sleep(mostMs, enough.signal)]);
  } finally {
    enough.abort();
  }
}
