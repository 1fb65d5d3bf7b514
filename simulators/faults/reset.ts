import { z } from 'zod';
import { type Fault, worsened } from './fault.ts';

const parameters = z.object({
  afterBytes: z
    .int()
    .positive()
    .optional()
    .describe(
      'Each connection is reset once it has sent so many bytes, also inside a frame. Absent: all at once, now.',
    ),
});

export const reset: Fault<typeof parameters> = {
  name: 'reset',
  about: 'Connections are reset, all at once or each after so many bytes.',
  kind: 'network',
  befalls: ['charger', 'gateway'],
  severs: true,
  parameters,
  describe: ({ afterBytes }) => (afterBytes === undefined ? 'reset' : `reset after ${afterBytes} bytes`),
  begin(on, { afterBytes }) {
    if (afterBytes !== undefined) return worsened(on, { resetAfterBytes: afterBytes });
    for (const lane of on.lanes) lane.reset();
    return () => {};
  },
};
