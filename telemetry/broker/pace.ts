import type { Clock } from '#estate/clock.ts';

export interface Pace {
  /** Waits for this message's turn; null when it is its turn already. */
  turn(): Promise<void> | null;
}

/**
 * A token bucket: so many messages at once, so many a second. Who speaks faster is not cut off but read more slowly, so
 * that one noisy device costs the others nothing and loses nothing itself.
 */
export function createPace(limits: { burst: number; perSecond: number }, clock: Clock): Pace {
  let tokens = limits.burst;
  let at = clock.now();
  return {
    turn() {
      const now = clock.now();
      tokens = Math.min(limits.burst, tokens + (Math.max(0, now - at) * limits.perSecond) / 1_000) - 1;
      at = now;
      return tokens >= 0 ? null : clock.sleep((-tokens * 1_000) / limits.perSecond);
    },
  };
}
