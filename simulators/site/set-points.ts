import { type Millis, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import type { Device, Metric, Numbers } from '../devices/device-kind.ts';

/** What a command has set at a device, and when it lapses; null: never. */
export const setPoint = z.object({
  device: z.string(),
  metric: z.string(),
  value: z.number(),
  lapsesAt: z.number().nullable(),
});

export type SetPoint = z.infer<typeof setPoint>;

/** The set points of a site's devices. */
export interface SetPoints {
  /** Sets all of them, or none: then it says what is wrong. They lapse after `revertS`. */
  set(device: string, values: Numbers, until: { now: Millis; revertS: number | undefined }): string | null;
  /** Lets lapse what is due. */
  at(now: Millis): void;
}

/** @param held what holds at the start; it is changed in place. */
export function createSetPoints(devices: readonly Device[], held: SetPoint[]): SetPoints {
  const byId = new Map(devices.map((device) => [device.standing.plan.id, device]));
  const show = (device: Device) => {
    const mine = held.filter((each) => each.device === device.standing.plan.id);
    device.standing.set = Object.fromEntries(mine.map(({ metric, value }) => [metric, value]));
  };
  const drop = (isOver: (each: SetPoint) => boolean) => {
    for (const each of held.filter(isOver)) {
      held.splice(held.indexOf(each), 1);
      const device = byId.get(each.device);
      if (device) show(device);
    }
  };
  for (const device of devices) if (held.some((each) => each.device === device.standing.plan.id)) show(device);
  return {
    set(id, values, { now, revertS }) {
      const device = byId.get(id);
      if (!device) return `There is no device ${id}.`;
      for (const [metric, value] of Object.entries(values)) {
        const wrong = wrongWith(device, metric, value);
        if (wrong !== null) return wrong;
      }
      const lapsesAt = revertS === undefined ? null : now + revertS * SECOND;
      drop((each) => each.device === id && Object.hasOwn(values, each.metric));
      for (const [metric, value] of Object.entries(values)) held.push({ device: id, metric, value, lapsesAt });
      show(device);
      return null;
    },
    at(now) {
      if (held.length > 0) drop(({ lapsesAt }) => lapsesAt !== null && lapsesAt <= now);
    },
  };
}

function wrongWith({ kind, standing }: Device, metric: string, value: number): string | null {
  const known: Metric | undefined = Object.hasOwn(kind.metrics, metric) ? kind.metrics[metric] : undefined;
  if (!known?.rw) return `${standing.plan.id} has no set point ${metric}.`;
  const { min = -Infinity, max = Infinity, codes } = known;
  if (codes && !codes.includes(value)) return `${metric} is one of ${codes.join(', ')}.`;
  return value >= min && value <= max ? null : `${metric} goes from ${min} to ${max}.`;
}
