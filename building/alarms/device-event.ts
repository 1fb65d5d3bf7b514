import type { AlarmRule, DeviceEventsSubject } from './rule.ts';

/** What helps against what a device says of itself, by its code; where it is none of these, the usual. */
const ACTIONS: readonly [code: RegExp, action: string][] = [
  [/smoke|fire/i, 'Call the fire brigade if nobody on site can see what it is; people leave the building first.'],
  [/leak|flood/i, 'Have the water shut off at the site’s main tap, then send a plumber.'],
  [/tamper|intru|vandal/i, 'Look at the cameras, and send the guard if it is not a technician at work.'],
  [/cash|paper|supply/i, 'Have it refilled by who looks after it.'],
];
const USUAL = 'Look at the device’s page; if it does not pass, send a technician.';

/** A device reports that something is the matter with it or around it: one alarm a device. */
export const deviceEvent: AlarmRule<DeviceEventsSubject> = {
  cause: 'device-event',
  about: 'device-events',
  priority: 'high',
  onDelayMs: 0,
  judge({ device, events }) {
    if (events.length === 0) return null;
    const reports = events.map(({ code, text }) => (text === '' ? code : `${text.replace(/\.$/, '')} (${code})`));
    const codes = events.map(({ code }) => code).join(' ');
    return {
      since: Math.min(...events.map(({ at }) => at)),
      text: `Device ${device} reports: ${reports.join('; ')}.`,
      action: ACTIONS.find(([code]) => code.test(codes))?.[1] ?? USUAL,
    };
  },
};
