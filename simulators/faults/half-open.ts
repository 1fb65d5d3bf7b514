import { z } from 'zod';
import { type Fault, worsened } from './fault.ts';

const parameters = z.object({});

export const halfOpen: Fault<typeof parameters> = {
  name: 'half-open',
  about: 'Bytes vanish both ways while the sockets stay, so that neither side learns of it.',
  kind: 'network',
  befalls: ['charger', 'gateway'],
  severs: true,
  parameters,
  describe: () => 'half-open',
  begin: (on) => worsened(on, { halfOpen: true }),
};
