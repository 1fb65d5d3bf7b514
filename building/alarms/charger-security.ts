import type { Alarm } from '#estate/alarm.ts';
import type { Fact } from '#estate/fact.ts';
import type { DeviceId } from '#estate/ids.ts';
import { DAY, type Millis } from '#estate/units.ts';
import type { ChargerSecuritySubject } from './rule.ts';
import { securityEvent } from './security-event.ts';

/** What is known of the security of chargers, gathered from facts. */
export interface ChargerSecurity {
  /** What the fact changed; none where it is about something else. */
  take(fact: Fact): ChargerSecuritySubject[];
  /** After a restart: what an alarm that stands says. */
  resume(alarm: Alarm): void;
  /** Those of whom nothing critical was heard for so long that it is over. */
  over(now: Millis): ChargerSecuritySubject[];
}

const STANDS_MS = DAY;

export function createChargerSecurity(): ChargerSecurity {
  const known = new Map<DeviceId, ChargerSecuritySubject>();
  const change = (
    changed: Pick<ChargerSecuritySubject, 'device' | 'site' | 'at'> & Partial<ChargerSecuritySubject>,
  ) => {
    const before = known.get(changed.device) ?? { certificateEndsAt: null, lastCritical: null };
    const subject: ChargerSecuritySubject = { ...before, ...changed, kind: 'charger-security' };
    known.set(subject.device, subject);
    return subject;
  };
  return {
    take(fact) {
      if (fact.kind === 'certificate-validity') {
        const { charger: device, site, at, endsAt } = fact;
        return [change({ device, site, at, certificateEndsAt: endsAt })];
      }
      if (fact.kind !== 'security-event' || !fact.critical) return [];
      const { charger: device, site, at, event, text } = fact;
      const said = `Charger ${device}: ${event}${text === '' ? '' : ` (${text.slice(0, 200)})`}.`;
      return [change({ device, site, at, lastCritical: { at, said } })];
    },
    resume({ cause, device, site, since, text }) {
      if (cause === securityEvent.cause) change({ device, site, at: since, lastCritical: { at: since, said: text } });
    },
    over(now) {
      const past = [...known.values()].filter(({ lastCritical }) => lastCritical && now - lastCritical.at > STANDS_MS);
      return past.map(({ device, site }) => change({ device, site, at: now, lastCritical: null }));
    },
  };
}
