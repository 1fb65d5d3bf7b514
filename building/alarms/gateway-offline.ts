import { MINUTE } from '#estate/units.ts';
import type { AlarmRule, NodeSubject } from './rule.ts';

/** A gateway is not connected: one alarm for it and all that stands behind it. */
export const gatewayOffline: AlarmRule<NodeSubject> = {
  cause: 'gateway-offline',
  about: 'node',
  priority: 'high',
  onDelayMs: MINUTE,
  judge({ device, online, onlineSince }) {
    if (online) return null;
    return {
      since: onlineSince,
      text: `${device} is offline: neither it nor what speaks through it can be seen or commanded.`,
      action:
        'Check the site’s internet access first, then the power of the gateway; it keeps its measurements and sends them later.',
    };
  },
};
