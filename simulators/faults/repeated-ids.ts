import { z } from 'zod';
import { countedFromBoot } from '../charger/manner.ts';
import { type Fault, interfering } from './fault.ts';

const parameters = z.object({});

/** The ids are unlike within a connection; it takes a reboot, or a cut of those who boot after it, to repeat them. */
export const repeatedIds: Fault<typeof parameters> = {
  name: 'repeated-ids',
  about: 'Message ids count from 1 and begin anew with each boot, so that they repeat.',
  kind: 'charger',
  befalls: ['charger'],
  parameters,
  describe: () => 'message ids repeat after a boot',
  begin: (on) => interfering(on, { charger: () => ({ id: countedFromBoot() }) }),
};
