import { z } from 'zod';
import { DEVICE_KINDS } from '../devices/list.ts';
import type { Fault } from './fault.ts';

/** What may go wrong with each type of device that has conditions of its own. */
const CODES: ReadonlyMap<string, readonly string[]> = new Map(
  DEVICE_KINDS.filter(({ conditions }) => conditions.length > 0).map(({ type, conditions }) => [
    type,
    conditions.map(({ code }) => code),
  ]),
);

const parameters = z.object({
  type: z.enum([...CODES.keys()]).describe('The type of device, as leak-detector.'),
  code: z.enum([...new Set([...CODES.values()].flat())]).describe('The condition, as leak.'),
});

export const deviceCondition: Fault<typeof parameters> = {
  name: 'device-condition',
  about: 'Devices of a type raise a condition, and clear it at the end.',
  kind: 'device',
  befalls: ['gateway'],
  reachesGateway: (devices, { type }) => devices.some((each) => each.type === type),
  parameters,
  objection({ type, code }) {
    const codes = CODES.get(type) ?? [];
    if (codes.includes(code)) return null;
    return { parameter: 'code', message: `${codes.join(' or ')} is expected of each ${type}` };
  },
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
