import type { Reading } from '#estate/sample.ts';
import { HOUR, MINUTE } from '#estate/units.ts';
import type { Aggregate, SeriesQuery } from '#storage/series.ts';

/** Further apart than this, two values of a counter have a gap between them. */
const gapOf = (metric: string) => (metric === 'RunS' ? 2 * HOUR : 15 * MINUTE);

type Asked = Pick<SeriesQuery, 'metric' | 'from' | 'to'> & { step: number; aggregate: Aggregate };

/** What a question should be answered, worked out the long way. */
export function expected(readings: readonly Reading[], { metric, from, to, step, aggregate }: Asked) {
  const own = readings.filter(({ values }) => metric in values);
  const steps = new Map<number, Reading[]>();
  const beginOf = (ts: number) => Math.floor(ts / step) * step;
  for (const reading of own.filter(({ ts }) => ts >= from && ts < to)) {
    const at = beginOf(reading.ts);
    steps.set(at, [...(steps.get(at) ?? []), reading]);
  }
  const pairs = pairsOf(own, metric)
    .map((pair) => ({ ...pair, begin: Math.max(pair.from, from), end: Math.min(pair.to, to) }))
    .filter(({ begin, end }) => begin < end);
  const overlap = ({ begin, end }: { begin: number; end: number }, at: number) =>
    Math.max(0, Math.min(end, at + step) - Math.max(begin, at));
  // Between two values far apart there are steps that have none of their own.
  if (aggregate === 'rise' || aggregate === 'covered') {
    for (const { begin, end } of pairs)
      for (let at = beginOf(begin); at < end; at += step) if (!steps.has(at)) steps.set(at, []);
  }
  return [...steps].map(([at, inStep]): [number, number] => {
    const values = inStep.map(({ values: all }) => all[metric] ?? 0);
    const sum = values.reduce((a, b) => a + b, 0);
    const covered = pairs.reduce((total, pair) => total + overlap(pair, at), 0);
    const rise = pairs.reduce((total, pair) => total + (pair.rise * overlap(pair, at)) / (pair.to - pair.from), 0);
    const goodOnes = inStep.filter(({ quality }) => quality === undefined).length;
    const all: Record<Aggregate, number> = {
      mean: sum / values.length,
      min: Math.min(...values),
      max: Math.max(...values),
      sum,
      count: values.length,
      last: values.at(-1) ?? 0,
      good: goodOnes / inStep.length,
      rise,
      covered: covered / step,
    };
    return [at, all[aggregate]];
  });
}

/** Neighbouring good values of a counter, and what it rose between them. */
function pairsOf(readings: readonly Reading[], metric: string) {
  const trusted = readings.filter(({ quality }) => quality === undefined);
  const perHour = metric === 'TotWhImp' ? 1e6 : Infinity;
  return trusted.slice(1).flatMap((next, index) => {
    const before = trusted[index];
    const rise = (next.values[metric] ?? 0) - (before?.values[metric] ?? 0);
    const passed = next.ts - (before?.ts ?? 0);
    return passed <= gapOf(metric) && rise >= 0 && rise <= (perHour * passed) / HOUR
      ? [{ from: before?.ts ?? 0, to: next.ts, rise }]
      : [];
  });
}

/** Where two lists of steps differ by more than rounding does. */
export function differences(found: [number, number][], wanted: [number, number][]) {
  const all = new Set([...found, ...wanted].map(([at]) => at));
  const [one, other] = [new Map(found), new Map(wanted)];
  return [...all].flatMap((at) => {
    const [value, want] = [one.get(at) ?? NaN, other.get(at) ?? NaN];
    return Math.abs(value - want) <= 1e-9 * Math.max(1, Math.abs(want)) ? [] : [{ at, value, want }];
  });
}
