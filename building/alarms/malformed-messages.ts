import type { Alarm } from '#estate/alarm.ts';
import type { Fact } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import { deviceMalformed } from './device-malformed.ts';
import type { MalformedSubject } from './rule.ts';

/** Whose messages could not be understood of late, gathered from facts. */
export interface MalformedMessages {
  take(fact: Extract<Fact, { kind: 'device-malformed' }>): MalformedSubject;
  /** After a restart: an alarm of this that stands. */
  resume(alarm: Alarm): void;
  /** Those of whom none came for so long that it is over. */
  over(now: Millis): MalformedSubject[];
}

interface Offender {
  site: SiteId;
  device: DeviceId;
  lately: MalformedSubject['lately'];
  /** Null: before a restart. */
  lastAt: Millis | null;
}

const LATELY_MS = 10 * MINUTE;
const QUIET_MS = 15 * MINUTE;

export function createMalformedMessages(): MalformedMessages {
  const offenders = new Map<string, Offender>();
  const keep = (offender: Offender) => void offenders.set(`${offender.site}/${offender.device}`, offender);
  return {
    take({ site, device, at, times, reason }) {
      const before = offenders.get(`${site}/${device}`)?.lately ?? [];
      const lately = [...before.filter((each) => at - each.at <= LATELY_MS), { at, times }];
      keep({ site, device, lately, lastAt: at });
      return { kind: 'malformed', site, device, lately, lastReason: reason };
    },
    resume({ cause, site, device }) {
      if (cause === deviceMalformed.cause && site !== null) keep({ site, device, lately: [], lastAt: null });
    },
    over(now) {
      // After a restart nobody knows when the last one came: the quiet is counted from now on.
      for (const offender of offenders.values()) offender.lastAt ??= now;
      const quiet = [...offenders].filter(([, { lastAt }]) => now - (lastAt ?? now) >= QUIET_MS);
      for (const [key] of quiet) offenders.delete(key);
      return quiet.map(([, { site, device }]) => ({ kind: 'malformed', site, device, lately: [], lastReason: null }));
    },
  };
}
