import type { AlarmRule, MalformedSubject } from './rule.ts';

/** So many within ten minutes are no accident. */
const SEVERAL = 3;

/** What a device sends breaks its contract, again and again: one alarm a device, however many messages. */
export const deviceMalformed: AlarmRule<MalformedSubject> = {
  cause: 'device-malformed',
  about: 'malformed',
  priority: 'medium',
  onDelayMs: 0,
  judge({ device, lately, lastReason }) {
    if (lastReason === null) return null;
    const [first] = lately;
    if (!first || lately.reduce((sum, { times }) => sum + times, 0) < SEVERAL) return 'covered';
    return {
      since: first.at,
      text: `Messages of ${device} cannot be understood. Of the last: ${lastReason.replace(/\.$/, '')}.`,
      action: 'See the messages in GET /v1/dead-letters, then correct the settings or the software of the device.',
    };
  },
};
