import type { DeviceId, SiteId } from '#estate/ids.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import type { DeviceType, Metric } from '../devices/list.ts';
import type { Point } from '../dialects/dialect.ts';

/** A measurement that has no place: of an unknown metric, or (`metric` null) of a device that may not send it. */
export interface Stray {
  device: DeviceId;
  metric: string | null;
  reason: string;
  /** What was measured, where it was one value. */
  value?: number | undefined;
}

/** A point of which nothing was taken, and why. */
export interface Unused {
  point: Point;
  reason: string;
  /** It may be wanted later: its device waits for adoption. */
  waits: boolean;
}

/** Why nothing is taken from a device, and whether it waits for adoption. */
export interface Refusal {
  refused: string;
  waits: boolean;
}

/** Further ahead than this, a device's clock is wrong. */
export const AHEAD_MS = 5 * MINUTE;

/**
 * Points as readings of their device's type. Quality is bad where a value is outside its range or the time lies in the
 * future; what the type does not know is a stray, and a point that has nothing else is unused.
 */
export function readingsOf(
  site: SiteId,
  points: readonly Point[],
  look: { typeOf(device: DeviceId): DeviceType | Refusal; now: Millis },
): { readings: Reading[]; strays: Stray[]; unused: Unused[] } {
  const readings: Reading[] = [];
  const strays: Stray[] = [];
  const unused: Unused[] = [];
  const refuse = (point: Point, reason: string, waits: boolean) => {
    strays.push({ device: point.device, metric: null, reason });
    unused.push({ point, reason, waits });
  };
  for (const point of points) {
    const { device } = point;
    const type = look.typeOf(device);
    if ('refused' in type) {
      refuse(point, type.refused, type.waits);
    } else if (type.from === 'platform') {
      refuse(point, `a ${type.type} does not speak MQTT`, false);
    } else {
      const isAhead = point.ts > look.now + AHEAD_MS;
      const { values, quality, unknown } = sort(point, type, isAhead);
      if (values) readings.push({ site, device, type: type.type, ts: point.ts, values, ...(quality && { quality }) });
      if (unknown) strays.push(...unknownMetrics(device, unknown, type).map(withValue(point)));
      if (unknown && !values) unused.push({ point, reason: `${type.type} has none of its metrics`, waits: false });
    }
  }
  return { readings, strays, unused };
}

interface Sorted {
  values?: Record<string, number>;
  /** Where not good. */
  quality?: Record<string, number>;
  unknown?: string[];
}

/** The hot path: one pass over what came, whatever the type might have. */
function sort({ v, q }: Point, type: DeviceType, isAhead: boolean): Sorted {
  const sorted: Sorted = {};
  for (const metric of Object.keys(v)) {
    const value = v[metric] ?? NaN;
    const known = Object.hasOwn(type.metrics, metric) ? type.metrics[metric] : undefined;
    if (!known) {
      (sorted.unknown ??= []).push(metric);
      continue;
    }
    (sorted.values ??= {})[metric] = value;
    const code = isAhead || isOutside(known, value) ? Quality.bad : (q?.[metric] ?? Quality.good);
    if (code !== Quality.good) (sorted.quality ??= {})[metric] = code;
  }
  return sorted;
}

function isOutside({ min, max, states }: Metric, value: number): boolean {
  if (states !== undefined && !Object.hasOwn(states, value)) return true;
  return (min !== undefined && value < min) || (max !== undefined && value > max);
}

/** The metrics that the type does not have. */
export function unknownMetrics(device: DeviceId, metrics: readonly string[], type: DeviceType): Stray[] {
  return metrics
    .filter((metric) => !Object.hasOwn(type.metrics, metric))
    .map((metric) => ({ device, metric: metric.slice(0, 64), reason: `${type.type} has no such metric` }));
}

function withValue({ v }: Point): (stray: Stray) => Stray {
  return (stray) => ({ ...stray, value: stray.metric === null ? undefined : v[stray.metric] });
}
