import { z } from 'zod';
import { durationText, formatDuration } from '../scenario/duration.ts';
import type { Fault } from './fault.ts';
import { beginVisits } from './hostile/visits.ts';

const parameters = z.object({
  pause: durationText.prefault('200ms').describe('How long after one stranger the next comes, in real time.'),
});

/** They come from the first to the last, and again, until the fault ends. */
export const hostile: Fault<typeof parameters> = {
  name: 'hostile',
  about: 'Strangers try at the platform what must be refused, closed, answered with an error or passed over.',
  kind: 'target',
  befalls: [],
  parameters,
  describe: ({ pause }) => `a stranger every ${formatDuration(pause)}`,
  begin: (on, { pause }) => beginVisits(on, { pauseMs: pause }),
};
