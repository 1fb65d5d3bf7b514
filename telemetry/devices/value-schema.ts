import { z } from 'zod';
import type { Metric } from '../metrics/metric.ts';
import type { DeviceType } from './device-type.ts';

/** The values that a device of a type may send: any of its metrics, each a number. */
export function valuesOf({ type, title, metrics }: DeviceType): z.ZodObject {
  const fields = Object.entries(metrics).map(([name, metric]) => [name, valueOf(metric).optional()]);
  return z.object(Object.fromEntries(fields)).meta({ title: `${title} (${type})` });
}

/** The set points that a device of a type takes; null when it takes none. */
export function setPointsOf(type: DeviceType): z.ZodObject | null {
  const settable = Object.fromEntries(Object.entries(type.metrics).filter(([, { rw }]) => rw));
  return Object.keys(settable).length === 0 ? null : valuesOf({ ...type, metrics: settable });
}

function valueOf(metric: Metric): z.ZodType {
  const { title, min, max, states, unit, period, deadband, counter, brick, sunspec, rw } = metric;
  let value = z.number();
  if (min !== undefined) value = value.min(min);
  if (max !== undefined) value = value.max(max);
  return value.meta({
    title,
    ...(states ? { enum: Object.keys(states).map(Number), 'x-states': states } : {}),
    'x-unit': unit,
    'x-period-s': period,
    ...(deadband === undefined ? {} : { 'x-deadband': deadband }),
    ...(counter ? { 'x-counter': true } : {}),
    ...(rw ? { 'x-settable': true } : {}),
    ...(brick === undefined ? {} : { 'x-brick': brick }),
    ...(sunspec === undefined ? {} : { 'x-sunspec': sunspec }),
  });
}
