import type { DeviceId, SiteId } from '#estate/ids.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import type { DeviceType, Metric } from './devices/list.ts';
import { dataPayload, histPayload, readPayload, siteDataPayload } from './payloads.ts';
import type { NodeRef } from './presence.ts';

/** Topics that carry measurements. */
export interface DataTopic extends NodeRef {
  kind: 'data' | 'hist';
  /** Null: the message carries all devices of the node. */
  device: DeviceId | null;
}

/** What one device measured at one time, before anything is known of the device. */
export interface Point {
  device: DeviceId;
  ts: Millis;
  v: Record<string, number>;
  q?: Record<string, number> | undefined;
}

/** A measurement that has no place: of an unknown metric, or (`metric` null) of a device that may not send it. */
export interface Stray {
  device: DeviceId;
  metric: string | null;
  reason: string;
}

/** Further ahead than this, a device's clock is wrong. */
const AHEAD_MS = 5 * MINUTE;

/**
 * The points of a `data` or `hist` message, and its sequence number.
 *
 * @throws PolisError `invalid`.
 */
export function pointsOf(topic: DataTopic, payload: Uint8Array): { points: Point[]; seq: number | null } {
  const { device } = topic;
  if (device === null) {
    const { ts, seq, d } = readPayload(siteDataPayload, payload);
    return { points: Object.entries(d).map(([one, { v, q }]) => ({ device: one, ts, v, q })), seq: seq ?? null };
  }
  if (topic.kind === 'hist') {
    const { s } = readPayload(histPayload, payload);
    return { points: s.map(([ts, v]) => ({ device, ts, v })), seq: null };
  }
  const { ts, seq, v, q } = readPayload(dataPayload, payload);
  return { points: [{ device, ts, v, q }], seq: seq ?? null };
}

/**
 * Points as readings of their device's type, in its order of metrics. Quality is bad where a value is outside its range
 * or the time lies in the future; what the type does not know is a stray.
 */
export function readingsOf(
  site: SiteId,
  points: readonly Point[],
  look: { typeOf(device: DeviceId): DeviceType | { refused: string }; now: Millis },
): { readings: Reading[]; strays: Stray[] } {
  const readings: Reading[] = [];
  const strays: Stray[] = [];
  for (const point of points) {
    const type = look.typeOf(point.device);
    if ('refused' in type) {
      strays.push({ device: point.device, metric: null, reason: type.refused });
    } else if (type.from === 'platform') {
      strays.push({ device: point.device, metric: null, reason: `a ${type.type} does not speak MQTT` });
    } else {
      const reading = readingOf({ site, point, type }, look.now);
      if (reading) readings.push(reading);
      strays.push(...unknownMetrics(point, type));
    }
  }
  return { readings, strays };
}

function readingOf(of: { site: SiteId; point: Point; type: DeviceType }, now: Millis): Reading | null {
  const { site, point, type } = of;
  const values: Record<string, number> = {};
  const quality: Record<string, number> = {};
  for (const [metric, known] of Object.entries(type.metrics)) {
    const value = Object.hasOwn(point.v, metric) ? point.v[metric] : undefined;
    if (value === undefined) continue;
    values[metric] = value;
    const told = point.q?.[metric] ?? Quality.good;
    const q = point.ts > now + AHEAD_MS || outside(known, value) ? Quality.bad : told;
    if (q !== Quality.good) quality[metric] = q;
  }
  if (Object.keys(values).length === 0) return null;
  const reading = { site, device: point.device, type: type.type, ts: point.ts, values };
  return Object.keys(quality).length > 0 ? { ...reading, quality } : reading;
}

function outside({ min, max }: Metric, value: number): boolean {
  return (min !== undefined && value < min) || (max !== undefined && value > max);
}

/** The values that the type has no metric for. */
export function unknownMetrics(point: Pick<Point, 'device' | 'v'>, type: DeviceType): Stray[] {
  return Object.keys(point.v)
    .filter((metric) => !Object.hasOwn(type.metrics, metric))
    .map((metric) => ({
      device: point.device,
      metric: metric.slice(0, 64),
      reason: `${type.type} has no such metric`,
    }));
}
