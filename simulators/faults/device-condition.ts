import { z } from 'zod';
import type { Fault } from './fault.ts';

const parameters = z.object({
  type: z.string().min(1).describe('The type of device, as leak-detector.'),
  code: z.string().min(1).describe('The condition, as leak.'),
});

export const deviceCondition: Fault<typeof parameters> = {
  name: 'device-condition',
  about: 'Devices of a type raise a condition, and clear it at the end.',
  kind: 'device',
  befalls: ['gateway'],
  parameters,
  describe: ({ type, code }) => `${code} at each ${type}`,
  begin({ gateways }, { type, code }) {
    const devices = gateways.flatMap((gateway) =>
      gateway.devices.filter((each) => each.type === type).map(({ id }) => ({ gateway, id })),
    );
    for (const { gateway, id } of devices) gateway.condition(id, code, true);
    return () => {
      for (const { gateway, id } of devices) gateway.condition(id, code, false);
    };
  },
};
