import { z } from 'zod';
import { type Fault, worsened } from './fault.ts';

const parameters = z.object({
  rate: z.number().positive().default(1000).describe('Bytes a second that each connection carries, either way.'),
});

export const bandwidth: Fault<typeof parameters> = {
  name: 'bandwidth',
  about: 'Each connection carries only so many bytes a second.',
  kind: 'network',
  befalls: ['charger', 'gateway'],
  parameters,
  describe: ({ rate }) => `bandwidth ${rate} B/s`,
  begin: (on, { rate }) => worsened(on, { bytesPerS: rate }),
};
