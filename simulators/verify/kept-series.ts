import type { Millis } from '#estate/units.ts';
import type { FieldTruth } from '../run/truth.ts';
import { digestOf, hourOf, HOURS_A_DAY, metricSeed, type SeriesDigest } from '../series-digest.ts';
import type { SeriesTruth } from '../series-truth.ts';
import type { StoredReadings } from './stored-series.ts';

/** A device, where it stands, and from when to when it said that it was read. */
export interface PlacedDevice extends SeriesTruth {
  site: string;
  span: Pick<FieldTruth, 'from' | 'to'>;
}

/** What the platform has of a device. */
export interface Kept {
  readings: number;
  /** Values of each metric. */
  counts: Record<string, number>;
  /** At the time of the newest reading that was acknowledged; null: there is none. */
  last: Record<string, number> | null;
  digest: SeriesDigest;
}

/** The series of devices of a type, as far as they have been read. */
export interface KeptSeries {
  add(readings: StoredReadings): void;
  of(device: PlacedDevice): Kept;
}

/** A row of sums: readings, a digest an hour, then for each metric a count and a digest. */
const READINGS = 0;
const FIRST_HOUR = 1;
const FIRST_METRIC = FIRST_HOUR + HOURS_A_DAY;

/** Holds sums alone. What is of other devices, or not of the span of its own, is passed over. */
export function createKeptSeries(devices: readonly PlacedDevice[], metrics: readonly string[]): KeptSeries {
  const seeds = metrics.map(metricSeed);
  const width = FIRST_METRIC + 2 * metrics.length;
  const sums = new Uint32Array(devices.length * width);
  const rows = new Map(devices.map((device, index) => [device.device, { device, begin: index * width }]));
  const lasts = new Map<string, Record<string, number>>();
  /** Beyond 32 bits, the array cuts it off. */
  const add = (place: number, amount: number) => void (sums[place] = (sums[place] ?? 0) + amount);
  const addReading = (begin: number, at: Millis, values: readonly unknown[]) => {
    add(begin + READINGS, 1);
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (typeof value !== 'number') continue;
      const digest = digestOf(seeds[index] ?? 0, at, value);
      add(begin + FIRST_HOUR + hourOf(at), digest);
      add(begin + FIRST_METRIC + 2 * index, 1);
      add(begin + FIRST_METRIC + 2 * index + 1, digest);
    }
  };
  return {
    add({ sites, devices: ids, at: times, values }) {
      for (const [n, id] of ids.entries()) {
        const row = rows.get(String(id));
        const at = Number(times[n]);
        if (!row || row.device.site !== sites[n] || at < row.device.span.from || at > row.device.span.to) continue;
        const shown = values.map((column) => column[n]);
        addReading(row.begin, at, shown);
        if (at === row.device.last?.at) lasts.set(row.device.device, named(shown, metrics));
      }
    },
    of({ device, digest: { metrics: own } }) {
      const begin = rows.get(device)?.begin ?? NaN;
      const sumsAt = (offset: number) => {
        const first = begin + FIRST_METRIC + offset;
        const every = metrics.map((metric, index): [string, number] => [metric, sums[first + 2 * index] ?? 0]);
        return Object.fromEntries(every.filter(([metric]) => Object.hasOwn(own, metric)));
      };
      return {
        readings: sums[begin + READINGS] ?? 0,
        counts: sumsAt(0),
        last: lasts.get(device) ?? null,
        digest: { hours: [...sums.subarray(begin + FIRST_HOUR, begin + FIRST_METRIC)], metrics: sumsAt(1) },
      };
    },
  };
}

/** What was measured of the metrics. */
function named(values: readonly unknown[], metrics: readonly string[]): Record<string, number> {
  const shown: Record<string, number> = {};
  for (const [index, metric] of metrics.entries()) {
    const value = values[index];
    if (typeof value === 'number') shown[metric] = value;
  }
  return shown;
}
