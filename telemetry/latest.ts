import type { DeviceId, SiteId } from '#estate/ids.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { MINUTE, SECOND, type Millis } from '#estate/units.ts';
import { deviceType } from './devices/list.ts';

/** The newest value of each metric of each device. */
export interface Latest {
  /** Takes note of readings; an older one never overwrites a newer, and one from the future is not believed. */
  note(readings: readonly Reading[], now: Millis): void;
  /**
   * The newest values of a site, one reading for each device and time. A value is stale once it is older than twice its
   * metric's period, or when its device is not reachable.
   */
  of(site: SiteId, now: Millis, isReachable: (device: DeviceId) => boolean): Reading[];
  /** When a device last measured anything. */
  at(site: SiteId, device: DeviceId): Millis | null;
  forget(site: SiteId, device: DeviceId): void;
}

interface Value {
  ts: Millis;
  value: number;
  quality: number;
}

interface DeviceValues {
  type: string;
  metrics: Map<string, Value>;
}

const AHEAD_MS = 5 * MINUTE;

export function createLatest(): Latest {
  const sites = new Map<SiteId, Map<DeviceId, DeviceValues>>();

  const noteOne = (reading: Reading) => {
    const devices = sites.get(reading.site) ?? new Map<DeviceId, DeviceValues>();
    const known = devices.get(reading.device);
    const device = known?.type === reading.type ? known : { type: reading.type, metrics: new Map<string, Value>() };
    sites.set(reading.site, devices.set(reading.device, device));
    for (const [metric, value] of Object.entries(reading.values)) {
      const before = device.metrics.get(metric);
      if (before && before.ts > reading.ts) continue;
      device.metrics.set(metric, { ts: reading.ts, value, quality: reading.quality?.[metric] ?? Quality.good });
    }
  };

  return {
    note(readings, now) {
      for (const reading of readings) if (reading.ts <= now + AHEAD_MS) noteOne(reading);
    },
    of(site, now, isReachable) {
      return [...(sites.get(site) ?? [])].flatMap(([device, values]) =>
        readingsOf({ site, device, values }, now, isReachable(device)),
      );
    },
    at(site, device) {
      const metrics = sites.get(site)?.get(device)?.metrics.values() ?? [];
      return [...metrics].reduce<Millis | null>((newest, { ts }) => Math.max(newest ?? ts, ts), null);
    },
    forget: (site, device) => void sites.get(site)?.delete(device),
  };
}

function readingsOf(
  of: { site: SiteId; device: DeviceId; values: DeviceValues },
  now: Millis,
  reachable: boolean,
): Reading[] {
  const { site, device, values } = of;
  const known = deviceType(values.type)?.metrics ?? {};
  const byTime = new Map<Millis, Reading & { quality: Record<string, number> }>();
  for (const [metric, { ts, value, quality }] of values.metrics) {
    const reading = byTime.get(ts) ?? { site, device, type: values.type, ts, values: {}, quality: {} };
    reading.values[metric] = value;
    const periodMs = (known[metric]?.period ?? 0) * SECOND;
    const stale = quality === Quality.good && (!reachable || now - ts > 2 * periodMs);
    if (stale || quality !== Quality.good) reading.quality[metric] = stale ? Quality.stale : quality;
    byTime.set(ts, reading);
  }
  return [...byTime.values()].map(({ quality, ...reading }) =>
    Object.keys(quality).length > 0 ? { ...reading, quality } : reading,
  );
}
