import type { Millis } from '#estate/units.ts';
import type { Numbers } from '../devices/device-kind.ts';
import { DEVICE_KINDS } from '../devices/list.ts';
import type { DevicePlan } from '../estate/plan.ts';
import type { DeviceTruth } from '../run/truth.ts';
import { digestOf, hourOf, HOURS_A_DAY, metricSeed } from '../series-digest.ts';

/** What the devices of a site were read to show, and in which hours of the day it is not sure what arrived of it. */
export interface SiteSeries {
  /** The n-th device was read. */
  taken(n: number, at: Millis, values: Numbers): void;
  /** A reading of it was acknowledged. */
  acknowledged(n: number, at: Millis): void;
  /** A reading of it took the place of one of the same time, whose values are not known any more. */
  replaced(n: number, at: Millis): void;
  of(n: number): Pick<DeviceTruth, 'digest' | 'unsureHours'>;
}

interface Metric {
  index: number;
  seed: number;
}

const METRICS_OF = new Map(
  DEVICE_KINDS.map(({ type, metrics }) => {
    const places = Object.keys(metrics).map((name, index): [string, Metric] => [
      name,
      { index, seed: metricSeed(name) },
    ]);
    return [type, new Map(places)] as const;
  }),
);

/** All in one array: there are tens of thousands of devices. */
export function createSiteSeries(devices: readonly DevicePlan[]): SiteSeries {
  const metricsOf = devices.map(({ type }) => METRICS_OF.get(type) ?? new Map<string, Metric>());
  // For each device: 24 sums by hour, 24 counts of what is unsure, and a sum for each metric.
  const begins: number[] = [];
  let size = 0;
  for (const metrics of metricsOf) {
    begins.push(size);
    size += 2 * HOURS_A_DAY + metrics.size;
  }
  const kept = new Uint32Array(size);
  const begin = (n: number) => begins[n] ?? NaN;
  const unsureIn = (n: number, at: Millis) => begin(n) + HOURS_A_DAY + hourOf(at);
  /** Beyond 32 bits, the array cuts it off. */
  const add = (place: number, amount: number) => void (kept[place] = (kept[place] ?? 0) + amount);
  return {
    taken(n, at, values) {
      const [hour, first] = [begin(n) + hourOf(at), begin(n) + 2 * HOURS_A_DAY];
      for (const name of Object.keys(values)) {
        const metric = metricsOf[n]?.get(name);
        if (!metric) continue;
        const digest = digestOf(metric.seed, at, values[name] ?? NaN);
        add(hour, digest);
        add(first + metric.index, digest);
      }
      add(unsureIn(n, at), 1);
    },
    acknowledged: (n, at) => add(unsureIn(n, at), -1),
    replaced: (n, at) => add(unsureIn(n, at), 1),
    of(n) {
      const unsure = begin(n) + HOURS_A_DAY;
      const first = unsure + HOURS_A_DAY;
      const metrics: Record<string, number> = {};
      for (const [name, { index }] of metricsOf[n] ?? []) metrics[name] = kept[first + index] ?? 0;
      return {
        digest: { hours: [...kept.subarray(begin(n), unsure)], metrics },
        unsureHours: [...kept.subarray(unsure, first)].flatMap((count, hour) => (count === 0 ? [] : [hour])),
      };
    },
  };
}
