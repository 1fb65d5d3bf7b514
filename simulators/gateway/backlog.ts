import type { Millis } from '#estate/units.ts';
import type { SiteReadings } from '../site/field.ts';

/** All devices of a site at one time. */
export interface SitePoint {
  at: Millis;
  readings: SiteReadings;
}

/** Which devices and metrics a point holds; most points of a site hold the same. */
type Layout = readonly { device: string; metrics: readonly string[] }[];

/** A point without its names: hours of a large site would not fit into memory otherwise. */
interface Packed {
  at: Millis;
  layout: Layout;
  values: Float64Array;
}

/** What a node keeps while it cannot send, oldest first. */
export interface Backlog {
  points: Packed[];
  layouts: Layout[];
}

export function createBacklog(): Backlog {
  return { points: [], layouts: [] };
}

/** Keeps a point. When there are more than `most`, every second one goes: the span stays. */
export function keep(backlog: Backlog, point: SitePoint, most: number): void {
  backlog.points.push(pack(backlog, point));
  if (backlog.points.length > most) backlog.points = backlog.points.filter((_, index) => index % 2 === 0);
}

/** Takes out the oldest. */
export function takeOldest({ points }: Backlog, most: number): SitePoint[] {
  return points.splice(0, most).map(unpack);
}

/** Puts back what could not be sent. */
export function putBack(backlog: Backlog, points: readonly SitePoint[]): void {
  backlog.points = [...points.map((point) => pack(backlog, point)), ...backlog.points];
}

function pack({ layouts }: Backlog, { at, readings }: SitePoint): Packed {
  let layout = layouts.find((each) => describes(each, readings));
  if (!layout) layouts.push((layout = layoutOf(readings)));
  return { at, layout, values: Float64Array.from(Object.values(readings).flatMap(Object.values<number>)) };
}

function layoutOf(readings: SiteReadings): Layout {
  return Object.entries(readings).map(([device, values]) => ({ device, metrics: Object.keys(values) }));
}

function describes(layout: Layout, readings: SiteReadings): boolean {
  const devices = Object.keys(readings);
  return (
    layout.length === devices.length &&
    layout.every(({ device, metrics }, index) => {
      const shown = device === devices[index] ? Object.keys(readings[device] ?? {}) : null;
      return shown?.length === metrics.length && metrics.every((metric, n) => metric === shown[n]);
    })
  );
}

function unpack({ at, layout, values }: Packed): SitePoint {
  const readings: SiteReadings = {};
  let next = 0;
  for (const { device, metrics } of layout) {
    const shown: Record<string, number> = {};
    for (const metric of metrics) shown[metric] = values[next++] ?? NaN;
    readings[device] = shown;
  }
  return { at, readings };
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
