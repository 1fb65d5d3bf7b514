import { type Millis, MINUTE } from '#estate/units.ts';
import { z } from 'zod';
import type { DevicePlan } from '../estate/plan.ts';
import type { SiteField } from '../site/field.ts';

/** A command as it comes to a gateway. */
export const command = z.object({
  id: z.string().min(1),
  exp: z.number().optional(),
  set: z.record(z.string(), z.number()),
  revert: z.number().positive().optional(),
});

/** What a gateway answers beside the command's id and the time. */
export interface Answer {
  st: 'done' | 'rejected' | 'expired';
  v?: Record<string, number>;
  err?: { message: string };
}

/** Carries a command out: `rebirth` at the node itself, anything else at a device. */
export function obey(
  given: z.infer<typeof command>,
  at: { device: DevicePlan; isNode: boolean; now: Millis },
  deps: { devices: Pick<SiteField, 'set'>; rebirth: () => void },
): Answer {
  const { device, isNode, now } = at;
  // A minute of grace: the clocks of two machines are never quite the same.
  if (given.exp !== undefined && given.exp + MINUTE < now) return { st: 'expired' };
  if (isNode && 'rebirth' in given.set) {
    deps.rebirth();
    return { st: 'done' };
  }
  const wrong = deps.devices.set(device.id, given.set, { now, revertS: given.revert });
  return wrong === null ? { st: 'done', v: given.set } : { st: 'rejected', err: { message: wrong } };
}
