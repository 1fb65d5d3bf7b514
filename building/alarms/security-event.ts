import type { AlarmRule, ChargerSecuritySubject } from './rule.ts';

/** Something points to an attack on a charger. It stands for a day, since no later event takes it back. */
export const securityEvent: AlarmRule<ChargerSecuritySubject> = {
  cause: 'security-event',
  about: 'charger-security',
  priority: 'high',
  onDelayMs: 0,
  judge({ lastCritical }) {
    if (lastCritical === null) return null;
    return {
      since: lastCritical.at,
      text: lastCritical.said,
      action: 'Look at the security events of the charger; where it may have been opened or copied, send a technician.',
    };
  },
};
