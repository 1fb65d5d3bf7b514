import type { DeviceId, SiteId } from '#estate/ids.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import { AHEAD_MS } from './decode.ts';

/** The newest value of each metric of each device. */
export interface Latest {
  /**
   * Takes note of readings; an older one never overwrites a newer, and one from the future is not believed. `live`: they
   * were measured just now, whatever the device's clock says.
   */
  note(readings: readonly Reading[], at: { now: Millis; live: boolean }): void;
  /**
   * The newest values of a site, one reading for each device and time. A value is stale when none has come for twice its
   * metric's period (at least 15 s), or when its device is not reachable.
   */
  of(site: SiteId, now: Millis, isReachable: (device: DeviceId) => boolean): Reading[];
  /** When a device last measured anything. */
  at(site: SiteId, device: DeviceId): Millis | null;
  sites(): Iterable<SiteId>;
  forget(site: SiteId, device: DeviceId): void;
}

interface Value {
  ts: Millis;
  /** By our clock; staleness counts from here, so that a device's clock that is a minute slow makes nothing stale. */
  heardAt: Millis;
  value: number;
  quality: number;
}

interface DeviceValues {
  type: string;
  metrics: Map<string, Value>;
}

/** However often a device sends: on a busy day its message is seconds on its way, and no reason to doubt it. */
const DOUBTED_AFTER_MS = 15 * SECOND;

/** @param periodOf how often a value of a device's metric is expected, s */
export function createLatest(periodOf: (of: Omit<Reading, 'ts' | 'values'>, metric: string) => number): Latest {
  const sites = new Map<SiteId, Map<DeviceId, DeviceValues>>();

  const noteOne = (reading: Reading, now: Millis | null) => {
    const devices = sites.get(reading.site) ?? new Map<DeviceId, DeviceValues>();
    const known = devices.get(reading.device);
    const device = known?.type === reading.type ? known : { type: reading.type, metrics: new Map<string, Value>() };
    sites.set(reading.site, devices.set(reading.device, device));
    const { ts } = reading;
    for (const metric of Object.keys(reading.values)) {
      const value = reading.values[metric] ?? NaN;
      const quality = reading.quality?.[metric] ?? Quality.good;
      const before = device.metrics.get(metric);
      // Written over in place: a new object for each value of each message would all but fill the heap.
      if (!before) device.metrics.set(metric, { ts, heardAt: now ?? ts, value, quality });
      else if (before.ts <= ts) {
        before.ts = ts;
        before.heardAt = now ?? ts;
        before.value = value;
        before.quality = quality;
      }
    }
  };
  const readingsOf = (site: SiteId, device: DeviceId, seen: { now: Millis; reachable: boolean }): Reading[] => {
    const { type = '', metrics = [] } = sites.get(site)?.get(device) ?? {};
    const byTime = new Map<Millis, Reading & { quality: Record<string, number> }>();
    for (const [metric, { ts, heardAt, value, quality }] of metrics) {
      const reading = byTime.get(ts) ?? { site, device, type, ts, values: {}, quality: {} };
      reading.values[metric] = value;
      const isGood = quality === Quality.good;
      const patienceMs = Math.max(2 * periodOf({ site, device, type }, metric) * SECOND, DOUBTED_AFTER_MS);
      const overdue = seen.now - heardAt > patienceMs;
      const stale = isGood && (!seen.reachable || overdue);
      if (stale || !isGood) reading.quality[metric] = stale ? Quality.stale : quality;
      byTime.set(ts, reading);
    }
    return [...byTime.values()].map(({ quality, ...reading }) =>
      Object.keys(quality).length > 0 ? { ...reading, quality } : reading,
    );
  };

  return {
    note(readings, { now, live }) {
      for (const reading of readings) if (reading.ts <= now + AHEAD_MS) noteOne(reading, live ? now : null);
    },
    of: (site, now, isReachable) =>
      [...(sites.get(site)?.keys() ?? [])].flatMap((device) =>
        readingsOf(site, device, { now, reachable: isReachable(device) }),
      ),
    at(site, device) {
      const metrics = sites.get(site)?.get(device)?.metrics.values() ?? [];
      return [...metrics].reduce<Millis | null>((newest, { ts }) => Math.max(newest ?? ts, ts), null);
    },
    sites: () => sites.keys(),
    forget: (site, device) => void sites.get(site)?.delete(device),
  };
}
