import { z } from 'zod';
import type { Order } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import { withoutSecrets } from '#ocpp-server/index.ts';
import { timeView } from '../fields.ts';
import { commandResultView } from './command.ts';

export const orderView = z
  .object({
    id: z.string(),
    charger: z.string(),
    said: z.unknown().meta({ description: 'The command, or the action and payload' }),
    by: z.string(),
    at: timeView,
    until: timeView.nullable().meta({ description: 'Until when it may wait for the charger' }),
    state: z.enum(['waiting', 'sent', 'done']),
    outcome: commandResultView.shape.outcome.nullable(),
    response: commandResultView.shape.response,
    doneAt: timeView.nullable(),
  })
  .meta({ id: 'ChargerOrder' });

export function viewOrder(order: Order): z.infer<typeof orderView> {
  const { at, until, doneAt } = order;
  return {
    ...order,
    said: JSON.parse(withoutSecrets(JSON.stringify(order.said))),
    at: isoTime(at),
    until: until === null ? null : isoTime(until),
    doneAt: doneAt === null ? null : isoTime(doneAt),
  };
}
