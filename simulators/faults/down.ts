import { z } from 'zod';
import { type Fault, worsened } from './fault.ts';

const parameters = z.object({});

export const down: Fault<typeof parameters> = {
  name: 'down',
  about: 'The network is down: what is connected is cut, and nobody gets through.',
  kind: 'network',
  befalls: ['charger', 'gateway'],
  severs: true,
  parameters,
  describe: () => 'down',
  begin: (on) => worsened(on, { down: true }),
};
