import type { DeviceId, SiteId } from '#estate/ids.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import { AHEAD_MS } from './readings.ts';

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
  /** How good the newest values of a site are, as `of` shows them; there may be too many to make readings of. */
  qualities(site: SiteId, now: Millis, isReachable: (device: DeviceId) => boolean): Iterable<number>;
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

const NOTHING: DeviceValues = { type: '', metrics: new Map() };

/** How often values of a device are expected, s, by metric. */
type Periods = (of: Omit<Reading, 'ts' | 'values'>) => (metric: string) => number;

export function createLatest(periodsOf: Periods): Latest {
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
  const seenAs = (site: SiteId, device: DeviceId, at: Pick<Seen, 'now' | 'isReachable'>): Seen => {
    const { type, metrics } = sites.get(site)?.get(device) ?? NOTHING;
    const of = { site, device, type };
    return { ...at, of, metrics, periodOf: periodsOf(of) };
  };

  return {
    note(readings, { now, live }) {
      for (const reading of readings) if (reading.ts <= now + AHEAD_MS) noteOne(reading, live ? now : null);
    },
    of: (site, now, isReachable) =>
      [...(sites.get(site)?.keys() ?? [])].flatMap((device) =>
        readingsOf(seenAs(site, device, { now, isReachable: isReachable(device) })),
      ),
    qualities(site, now, isReachable) {
      const all: number[] = [];
      for (const device of sites.get(site)?.keys() ?? []) {
        const seen = seenAs(site, device, { now, isReachable: isReachable(device) });
        judge(seen, (_metric, _value, quality) => all.push(quality));
      }
      return all;
    },
    at(site, device) {
      const metrics = sites.get(site)?.get(device)?.metrics.values() ?? [];
      return [...metrics].reduce<Millis | null>((newest, { ts }) => Math.max(newest ?? ts, ts), null);
    },
    sites: () => sites.keys(),
    forget: (site, device) => void sites.get(site)?.delete(device),
  };
}

/** A device's values, and what their quality depends on. */
interface Seen {
  of: Omit<Reading, 'ts' | 'values'>;
  metrics: DeviceValues['metrics'];
  periodOf: (metric: string) => number;
  now: Millis;
  isReachable: boolean;
}

/** Goes through the values, each with its quality as it is now. */
function judge(
  { metrics, periodOf, now, isReachable }: Seen,
  take: (metric: string, value: Value, quality: number) => void,
): void {
  for (const [metric, value] of metrics) {
    const patienceMs = Math.max(2 * periodOf(metric) * SECOND, DOUBTED_AFTER_MS);
    const isStale = value.quality === Quality.good && (!isReachable || now - value.heardAt > patienceMs);
    take(metric, value, isStale ? Quality.stale : value.quality);
  }
}

/** One for each time. */
function readingsOf(seen: Seen): Reading[] {
  const byTime = new Map<Millis, Reading & { quality: Record<string, number> }>();
  judge(seen, (metric, { ts, value }, quality) => {
    const reading = byTime.get(ts) ?? { ...seen.of, ts, values: {}, quality: {} };
    reading.values[metric] = value;
    if (quality !== Quality.good) reading.quality[metric] = quality;
    byTime.set(ts, reading);
  });
  return [...byTime.values()].map(({ quality, ...reading }) =>
    Object.keys(quality).length > 0 ? { ...reading, quality } : reading,
  );
}
