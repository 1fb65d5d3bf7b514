import type { Clock } from '#estate/clock.ts';
import { MINUTE, type Millis } from '#estate/units.ts';

const MOST_REFUSALS = 200;
const MOST_ADDRESSES = 1_000;
const FAILURES_A_MINUTE = 60;
const LONGEST_IDENTITY = 64;

/** A handshake that was turned away, so that an installer sees why a charger does not connect. */
export interface RefusedHandshake {
  /** As it was claimed; shortened. */
  identity: string;
  remoteAddress: string;
  at: Millis;
  reason: string;
}

/** Who was turned away of late, and which addresses fail too often. Both are bounded, whatever comes. */
export interface Refusals {
  /** Notes a refusal; the same again replaces the one before. */
  note(refused: Omit<RefusedHandshake, 'at'>): void;
  /** Newest first. */
  list(): RefusedHandshake[];
  /**
   * Counts a failed sign-in; true when the address has used up what it may fail in a minute. It bounds what an attacker
   * costs and never keeps a charger out: the right secret is asked about before.
   */
  tooMany(remoteAddress: string): boolean;
}

export function createRefusals(clock: Clock): Refusals {
  const refused = new Map<string, RefusedHandshake>();
  const failures = new Map<string, { count: number; until: Millis }>();
  return {
    note({ identity, remoteAddress, reason }) {
      const shown = identity.slice(0, LONGEST_IDENTITY).replace(/[^\x20-\x7e]/g, '?');
      const key = `${shown} ${remoteAddress} ${reason}`;
      refused.delete(key);
      refused.set(key, { identity: shown, remoteAddress, at: clock.now(), reason });
      dropOldest(refused, MOST_REFUSALS);
    },
    list: () => [...refused.values()].toReversed(),
    tooMany(remoteAddress) {
      const now = clock.now();
      const known = failures.get(remoteAddress);
      const failed = known && known.until > now ? known : { count: 0, until: now + MINUTE };
      failed.count += 1;
      failures.set(remoteAddress, failed);
      dropOldest(failures, MOST_ADDRESSES);
      return failed.count > FAILURES_A_MINUTE;
    },
  };
}

function dropOldest<Key>(entries: Map<Key, unknown>, most: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(key);
  }
}
