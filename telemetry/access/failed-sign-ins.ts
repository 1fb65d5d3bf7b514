import type { Clock } from '#estate/clock.ts';
import { MINUTE, type Millis } from '#estate/units.ts';

export interface FailedSignIns {
  /**
   * Counts one; true when its address has used up what it may fail in a minute. It bounds what guessing costs and keeps
   * no device out: the right secret is asked about before, as many gateways may stand behind one address.
   */
  tooMany(address: string): boolean;
}

const MOST_ADDRESSES = 1_000;
const FAILURES_A_MINUTE = 60;

/** Bounded, whatever comes: the address that failed first gives way. */
export function createFailedSignIns(clock: Clock): FailedSignIns {
  const failures = new Map<string, { count: number; until: Millis }>();
  return {
    tooMany(address) {
      const now = clock.now();
      const known = failures.get(address);
      const failed = known && known.until > now ? known : { count: 0, until: now + MINUTE };
      failed.count += 1;
      failures.set(address, failed);
      const [oldest] = failures.keys();
      if (failures.size > MOST_ADDRESSES && oldest !== undefined) failures.delete(oldest);
      return failed.count > FAILURES_A_MINUTE;
    },
  };
}
