import type { Millis } from '#estate/units.ts';
import type { SeriesResult } from '../../series.ts';

/** A result as it crosses a thread: numbers in a row, as many small arrays would take longer than the question. */
export interface Packed extends Omit<SeriesResult, 'points'> {
  /** Instant and value in turn. */
  numbers: Float64Array;
}

export function pack(results: readonly SeriesResult[]): Packed[] {
  return results.map(({ points, ...result }) => {
    const numbers = new Float64Array(points.length * 2);
    points.forEach(([at, value], index) => {
      numbers[index * 2] = at;
      numbers[index * 2 + 1] = value;
    });
    return { ...result, numbers };
  });
}

export function unpack(packed: readonly Packed[]): SeriesResult[] {
  return packed.map(({ numbers, ...result }) => ({
    ...result,
    points: Array.from({ length: numbers.length / 2 }, (_, index): [Millis, number] => {
      return [numbers[index * 2] ?? NaN, numbers[index * 2 + 1] ?? NaN];
    }),
  }));
}
