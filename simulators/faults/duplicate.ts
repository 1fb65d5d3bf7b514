import { z } from 'zod';
import { type Fault, interfering } from './fault.ts';

const parameters = z.object({
  times: z.int().min(2).max(10).default(2).describe('How often each message leaves.'),
});

/** Every copy of a charger's call has the same message id. The first answer confirms it, and later ones mean nothing. */
export const duplicate: Fault<typeof parameters> = {
  name: 'duplicate',
  about: 'Every message leaves several times: calls with the same id, MQTT messages with the same content.',
  kind: 'charger',
  befalls: ['charger', 'gateway'],
  parameters,
  describe: ({ times }) => `everything ${times} times`,
  begin: (on, { times }) =>
    interfering(on, {
      charger: () => ({ frames: (frame) => Array.from({ length: times }, () => frame) }),
      gateway: () => ({ around: (message) => ({ after: Array.from({ length: times - 1 }, () => message) }) }),
    }),
};
