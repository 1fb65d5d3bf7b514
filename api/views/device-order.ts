import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import type { DeviceOrder } from '#telemetry/index.ts';
import { timeView } from '../fields.ts';
import { commandResultView } from './command.ts';

export const deviceOrderView = z
  .object({
    id: z.string(),
    site: z.string(),
    device: z.string(),
    set: z.record(z.string(), z.number()),
    priority: z.int(),
    revertS: z.number(),
    by: z.string(),
    at: timeView,
    expiresAt: timeView.meta({ description: 'From then on the device must not begin to obey' }),
    state: z.enum(['waiting', 'sent', 'done']).meta({ description: 'waiting: behind a higher priority' }),
    outcome: commandResultView.shape.outcome.nullable(),
    response: commandResultView.shape.response,
    doneAt: timeView.nullable(),
    steps: z.array(z.object({ at: timeView, what: z.string(), detail: z.string() })),
  })
  .meta({ id: 'DeviceOrder' });

export function viewDeviceOrder(order: DeviceOrder): z.input<typeof deviceOrderView> {
  const { at, expiresAt, doneAt, steps } = order;
  return {
    ...order,
    at: isoTime(at),
    expiresAt: isoTime(expiresAt),
    doneAt: doneAt === null ? null : isoTime(doneAt),
    steps: steps.map((step) => ({ ...step, at: isoTime(step.at) })),
  };
}
