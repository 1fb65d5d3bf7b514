import type { Clock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';

/**
 * Slows guessing down: each key (an address, a user) has a few tries, and one comes back every so often. So nobody is
 * locked out for ever, and nobody can lock out another for long.
 */
export interface Attempts {
  /** Takes a try. @throws PolisError `rate-limited` with `retryAfterS` when none is left. */
  take(key: string): void;
  /** Gives the try back: it was no failure. */
  giveBack(key: string): void;
}

const MOST_KEYS = 10_000;

export function createAttempts(clock: Clock, options: { tries: number; oneMoreAfterMs: number }): Attempts {
  const spent = new Map<string, { tries: number; atMs: number }>();
  const spentBy = (key: string) => {
    const known = spent.get(key);
    return known ? Math.max(0, known.tries - (clock.now() - known.atMs) / options.oneMoreAfterMs) : 0;
  };
  const note = (key: string, tries: number) => {
    spent.delete(key);
    if (tries > 0) spent.set(key, { tries, atMs: clock.now() });
    // The key that was quiet for longest goes first: a map keeps the order in which keys were set.
    const oldest = spent.size > MOST_KEYS ? spent.keys().next().value : undefined;
    if (oldest !== undefined) spent.delete(oldest);
  };
  return {
    take(key) {
      const tries = spentBy(key);
      if (tries + 1 > options.tries) {
        const retryAfterS = Math.ceil(((tries + 1 - options.tries) * options.oneMoreAfterMs) / SECOND);
        throw new PolisError('rate-limited', `Too many failed attempts; try again in ${retryAfterS} s.`, {
          details: { retryAfterS },
        });
      }
      note(key, tries + 1);
    },
    giveBack: (key) => note(key, spentBy(key) - 1),
  };
}
