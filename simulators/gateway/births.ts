import { type Millis, SECOND } from '#estate/units.ts';
import { kindOf } from '../devices/list.ts';
import type { DevicePlan } from '../estate/plan.ts';
import { SLOW_MS } from '../site/field.ts';

interface MetricBirth {
  unit: string;
  rw: 'r' | 'rw';
  min?: number;
  max?: number;
  /** s. */
  period: number;
}

/** A device's birth: what it is, what it measures and takes, and how often that is told. */
export function birthOf(device: DevicePlan, at: { ts: Millis; periodMs: number }) {
  const { metrics, isSlow } = kindOf(device.type);
  const period = Math.max(at.periodMs, isSlow ? SLOW_MS : 0) / SECOND;
  const told: Record<string, MetricBirth> = {};
  for (const [name, { unit, min, max, rw }] of Object.entries(metrics)) {
    const range = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
    told[name] = { unit, rw: rw ? 'rw' : 'r', ...range, period };
  }
  return { ts: at.ts, type: device.type, model: `sim-${device.type}`, metrics: told };
}
