import type { DeviceId, SiteId } from '#estate/ids.ts';
import { DAY, MINUTE, type Millis } from '#estate/units.ts';
import type { Aggregate, SeriesQuery, SeriesResult } from '../series.ts';
import { receivedAfter } from './delay.ts';

const MOST_POINTS = 10_000;
/** A device whose clock is so far ahead is still believed (beyond it, its quality is bad). */
const CLOCK_AHEAD = 5 * MINUTE;

/** A query in whole milliseconds, with what it left open filled in. */
export interface Bounds {
  from: Millis;
  to: Millis;
  /** Points a device. */
  limit: number;
  /** Null: the raw points. */
  step: number | null;
  aggregate: Aggregate;
}

export function boundsOf(query: SeriesQuery): Bounds {
  return {
    from: Math.ceil(query.from),
    to: Math.ceil(query.to),
    limit: Math.max(1, Math.floor(query.limit ?? MOST_POINTS)),
    step: query.step === undefined ? null : Math.max(1, Math.round(query.step)),
    aggregate: query.aggregate ?? 'mean',
  };
}

/** The day in which a device's last values are looked for. */
export function lastDay(now: Millis): { from: Millis; to: Millis } {
  return { from: Math.ceil(now - DAY), to: Math.ceil(now + CLOCK_AHEAD) };
}

export interface Point {
  at: Millis;
  value: number;
  /** Null where it is not known, or not asked for. */
  delayS: number | null;
}

/** Points of one device in time order, as a result. */
export function resultOf(
  { metric, received = false }: Pick<SeriesQuery, 'metric' | 'received'>,
  { site, device, points }: { site: SiteId; device: DeviceId; points: readonly Point[] },
): SeriesResult {
  return {
    site,
    device,
    metric,
    points: points.map(({ at, value }) => [at, value]),
    ...(received && {
      receivedAt: points.map(({ at, delayS }) => (delayS === null ? null : receivedAfter(at, delayS))),
    }),
  };
}
