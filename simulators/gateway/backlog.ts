import type { Millis } from '#estate/units.ts';
import type { SiteReadings } from '../site.ts';

/** All devices of a site at one time. */
export interface SitePoint {
  at: Millis;
  readings: SiteReadings;
}

/** What a gateway keeps while it cannot send, oldest first. When full, every second point goes: the span stays. */
export interface Backlog {
  keep(point: SitePoint): void;
  /** Takes out the oldest. */
  take(most: number): SitePoint[];
  /** Puts back what could not be sent. */
  putBack(points: readonly SitePoint[]): void;
  readonly size: number;
}

export function createBacklog(most: number): Backlog {
  let points: SitePoint[] = [];
  const fit = () => {
    if (points.length > most) points = points.filter((_, index) => index % 2 === 0);
  };
  return {
    keep(point) {
      points.push(point);
      fit();
    },
    take: (count) => points.splice(0, count),
    putBack(returned) {
      points = [...returned, ...points];
      fit();
    },
    get size() {
      return points.length;
    },
  };
}

/** Points of a site as the histories of its devices: `[[ts, values], …]` by device. */
export function byDevice(points: readonly SitePoint[]): Map<string, [Millis, Record<string, number>][]> {
  const histories = new Map<string, [Millis, Record<string, number>][]>();
  for (const { at, readings } of points) {
    for (const [device, values] of Object.entries(readings)) {
      const history = histories.get(device);
      if (history) history.push([at, values]);
      else histories.set(device, [[at, values]]);
    }
  }
  return histories;
}
