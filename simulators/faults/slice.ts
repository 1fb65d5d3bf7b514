import { z } from 'zod';
import { durationText, formatDuration } from '../scenario/duration.ts';
import { type Fault, worsened } from './fault.ts';

const parameters = z.object({
  bytes: z.int().positive().default(8).describe('How long a piece is at most.'),
  gap: durationText.prefault('1ms').describe('How long after the one before each piece leaves.'),
});

export const slice: Fault<typeof parameters> = {
  name: 'slice',
  about: 'Everything arrives in tiny pieces, as over a bad modem.',
  kind: 'network',
  befalls: ['charger', 'gateway'],
  parameters,
  describe: ({ bytes, gap }) => `slices of ${bytes} bytes, ${formatDuration(gap)} apart`,
  begin: (on, { bytes, gap }) => worsened(on, { sliceBytes: bytes, sliceGapMs: gap }),
};
