import { MINUTE } from '#estate/units.ts';
import type { AlarmRule, ChargerSubject } from './rule.ts';

/** A charger is not connected, although its site can be reached. */
export const chargerOffline: AlarmRule<ChargerSubject> = {
  cause: 'charger-offline',
  about: 'charger',
  priority: 'medium',
  onDelayMs: 5 * MINUTE,
  judge({ device, online, onlineSince, siteReachable, siteReachableSince }) {
    if (online !== false) return null;
    if (!siteReachable) return 'covered';
    return {
      // After an outage of the site a charger gets its time to come back.
      since: Math.max(onlineSince, siteReachableSince),
      text: `Charger ${device} is offline.`,
      action: 'Check its power and network on site; a charging session goes on without us and is reported later.',
    };
  },
};
