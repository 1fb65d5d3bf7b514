import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { Aggregate, SeriesResult } from '../series.ts';
import { beginOf } from './tiers.ts';
import type { Folded } from './fold.ts';

/** A device at its site, as `{site}\n{device}`: device ids need be unique within a site only. */
export type Place = string;

/** What a device adds to a step: the instant that it begins at, the value, and its weight in a mean. */
export type Part = readonly [place: Place, at: Millis, value: number, weight: number];

export function placeOf({ site, device }: { site: SiteId; device: DeviceId }): Place {
  return `${site}\n${device}`;
}

/** How the parts of a step become one. */
export const JOINT: Readonly<Record<Aggregate, 'weighted' | 'total' | 'least' | 'most' | 'latest'>> = {
  mean: 'weighted',
  good: 'weighted',
  min: 'least',
  max: 'most',
  sum: 'total',
  count: 'total',
  rise: 'total',
  covered: 'total',
  last: 'latest',
};

/** Aggregates that a counter alone has, and that are made from neighbouring readings. */
export function isOfCounter(aggregate: Aggregate): aggregate is 'rise' | 'covered' {
  return aggregate === 'rise' || aggregate === 'covered';
}

/** A roll-up as a part; null where it has no such value. */
export function partOf(place: Place, rollup: Folded, aggregate: Aggregate): Part | null {
  const value = valueOf(rollup, aggregate);
  if (value === null || (rollup.count === 0 && !isOfCounter(aggregate))) return null;
  return [place, rollup.at, value, rollup.count];
}

function valueOf(rollup: Folded, aggregate: Aggregate): number | null {
  switch (aggregate) {
    case 'sum':
      return rollup.mean * rollup.count;
    case 'good':
      return rollup.count === 0 ? null : rollup.good / rollup.count;
    case 'covered':
      return rollup.coveredMs;
    default:
      return rollup[aggregate];
  }
}

/**
 * Parts put together into steps, a list for each device.
 *
 * @param step ms; `covered` becomes the share of it.
 */
export function joined(
  parts: readonly Part[],
  { step, aggregate }: { step: number; aggregate: Aggregate },
): Pick<SeriesResult, 'site' | 'device' | 'points'>[] {
  const divisor = aggregate === 'covered' ? step : 1;
  return [...Map.groupBy(parts, ([place]) => place)].map(([place, own]) => {
    const [site = '', device = ''] = place.split('\n');
    const points: [Millis, number][] = [];
    let current: [at: Millis, value: number, weight: number] | null = null;
    for (const [, at, value, weight] of inOrder(own)) {
      const begin = beginOf(at, step);
      if (current?.[0] === begin) {
        current[1] = join(JOINT[aggregate], [current[1], current[2]], [value, weight]);
        current[2] += weight;
      } else {
        if (current) points.push([current[0], current[1] / divisor]);
        current = [begin, value, weight];
      }
    }
    if (current) points.push([current[0], current[1] / divisor]);
    return { site, device, points };
  });
}

/** Mostly they are in order of time already. */
function inOrder(parts: Part[]): Part[] {
  const isInOrder = parts.every(([, at], index) => index === 0 || (parts[index - 1]?.[1] ?? 0) <= at);
  return isInOrder ? parts : parts.sort(([, a], [, b]) => a - b);
}

function join(
  how: (typeof JOINT)[Aggregate],
  [before, weight]: [number, number],
  [value, more]: [number, number],
): number {
  switch (how) {
    case 'weighted':
      return (before * weight + value * more) / (weight + more);
    case 'total':
      return before + value;
    case 'least':
      return Math.min(before, value);
    case 'most':
      return Math.max(before, value);
    case 'latest':
      return value;
  }
}

function valuesOf(one: Folded, next: Folded) {
  return {
    min: Math.min(one.min, next.min),
    max: Math.max(one.max, next.max),
    mean: join('weighted', [one.mean, one.count], [next.mean, next.count]),
    last: next.last,
    count: one.count + next.count,
    good: one.good + next.good,
  };
}

/** Roll-ups of one device and metric put together into wider ones. */
export function widened(rollups: readonly Folded[], width: number): Folded[] {
  const wider = new Map<Millis, Folded>();
  for (const rollup of rollups.toSorted((a, b) => a.at - b.at)) {
    const at = beginOf(rollup.at, width);
    const known = wider.get(at);
    wider.set(at, known ? together(known, rollup) : { ...rollup, at });
  }
  return [...wider.values()];
}

function together(one: Folded, next: Folded): Folded {
  return {
    ...(next.count === 0 ? one : one.count === 0 ? next : valuesOf(one, next)),
    at: one.at,
    rise: one.rise === null || next.rise === null ? (one.rise ?? next.rise) : one.rise + next.rise,
    coveredMs:
      one.coveredMs === null || next.coveredMs === null
        ? (one.coveredMs ?? next.coveredMs)
        : one.coveredMs + next.coveredMs,
  };
}
