import { z } from 'zod';
import { durationText, formatDuration } from '../scenario/duration.ts';
import { type Fault, worsened } from './fault.ts';

const parameters = z.object({
  delay: durationText.prefault('500ms').describe('How much longer each byte is on its way, either way.'),
  jitter: durationText.prefault('0s').describe('By how much more at most, drawn anew for each piece.'),
});

export const latency: Fault<typeof parameters> = {
  name: 'latency',
  about: 'Everything takes longer on its way, by a delay and a jitter that is drawn.',
  kind: 'network',
  befalls: ['charger', 'gateway'],
  parameters,
  describe: ({ delay, jitter }) =>
    `latency ${formatDuration(delay)}${jitter > 0 ? ` and up to ${formatDuration(jitter)} more` : ''}`,
  begin: (on, { delay, jitter }) => worsened(on, { latencyMs: delay, jitterMs: jitter }),
};
