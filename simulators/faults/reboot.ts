import { z } from 'zod';
import { durationText, formatDuration } from '../scenario/duration.ts';
import { allEnd, type Fault } from './fault.ts';

const parameters = z.object({
  within: durationText.prefault('0s').describe('Each reboots after a delay between none and this.'),
});

export const reboot: Fault<typeof parameters> = {
  name: 'reboot',
  about: 'Chargers reboot: their sessions end, and they come back with a boot.',
  kind: 'charger',
  befalls: ['charger'],
  severs: true,
  parameters,
  describe: ({ within }) => (within === 0 ? 'reboot' : `reboot within ${formatDuration(within)}`),
  begin({ chargers, clock, random }, { within }) {
    if (within > 0) {
      return allEnd(chargers.map((each) => clock.after(random(each.id).next() * within, () => each.reboot())));
    }
    for (const each of chargers) each.reboot();
    return () => {};
  },
};
