import { DAY, isoTime } from '#estate/units.ts';
import type { AlarmRule, ChargerSecuritySubject } from './rule.ts';

const SOON_MS = 30 * DAY;

/** The certificate that a charger signs in with ends soon; after that it cannot connect. */
export const certificateExpiring: AlarmRule<ChargerSecuritySubject> = {
  cause: 'certificate-expiring',
  about: 'charger-security',
  priority: 'medium',
  onDelayMs: 0,
  judge({ device, certificateEndsAt, at }) {
    if (certificateEndsAt === null) return 'covered';
    if (certificateEndsAt - at > SOON_MS) return null;
    const ends = isoTime(certificateEndsAt).slice(0, 10);
    return {
      since: at,
      text: `The certificate of charger ${device} ${certificateEndsAt > at ? 'ends' : 'ended'} on ${ends}.`,
      action: 'Renew it from the charger’s page while it is connected; once it has ended, the charger cannot connect.',
    };
  },
};
