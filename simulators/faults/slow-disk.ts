import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import { durationText, formatDuration } from '../scenario/duration.ts';
import type { Fault } from './fault.ts';

const parameters = z.object({
  delay: durationText.prefault('20ms').describe('How much longer each commit takes.'),
});

/** @throws PolisError `unsupported` (by begin) when the platform is not an instance that the run has started. */
export const slowDisk: Fault<typeof parameters> = {
  name: 'slow-disk',
  about: 'Each commit of the platform takes longer, as on a slow disk.',
  kind: 'target',
  befalls: [],
  parameters,
  describe: ({ delay }) => `each commit ${formatDuration(delay)} slower`,
  begin({ target: { delayCommits } }, { delay }) {
    if (!delayCommits) {
      throw new PolisError('unsupported', 'slow-disk needs an instance of its own; run the scenario with --own.');
    }
    delayCommits(delay);
    return () => delayCommits(0);
  },
};
