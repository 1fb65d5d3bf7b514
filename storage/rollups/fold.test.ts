import { describe, expect, it } from 'vitest';
import { Quality, type Reading } from '#estate/sample.ts';
import { HOUR, MINUTE } from '#estate/units.ts';
import { fold } from './fold.ts';

const QUARTER = 15 * MINUTE;
const T0 = Date.UTC(2026, 0, 15, 12);
/** Readings of a register: [minutes from T0, Wh], or with a third, its quality. */
const readings = (...points: [minute: number, value: number, quality?: number][]): Reading[] =>
  points.map(([minute, value, quality]) => ({
    site: 's',
    device: 'd',
    type: 'grid-meter',
    ts: T0 + minute * MINUTE,
    values: { TotWhImp: value },
    ...(quality === undefined ? {} : { quality: { TotWhImp: quality } }),
  }));
const plan = { from: T0, to: T0 + HOUR, width: QUARTER };

describe('A step', () => {
  it('knows the least, the greatest, the mean and the last value, and how many were good', () => {
    const own = readings([0, 4], [1, 1, Quality.bad], [14, 7], [15, 100]);
    expect(fold(own, 'TotWhImp', { ...plan, counter: null })).toEqual([
      { at: T0, min: 1, max: 7, mean: 4, last: 7, count: 3, good: 2, rise: null, coveredMs: null },
      { at: T0 + QUARTER, min: 100, max: 100, mean: 100, last: 100, count: 1, good: 1, rise: null, coveredMs: null },
    ]);
  });

  it('has nothing of what lies outside of the plan, and nothing of other metrics', () => {
    expect(fold(readings([-1, 1], [60, 2]), 'TotWhImp', { ...plan, counter: null })).toEqual([]);
    expect(fold(readings([1, 1]), 'W', { ...plan, counter: null })).toEqual([]);
  });
});

describe('What a counter rose', () => {
  it.each<[string, [number, number, number?][], [rise: number, coveredMinutes: number][]]>([
    [
      'is the difference of neighbours',
      [
        [0, 10],
        [5, 20],
        [14, 40],
      ],
      [[30, 14]],
    ],
    [
      'is shared out over steps by time',
      [
        [10, 100],
        [20, 200],
      ],
      [
        [50, 5],
        [50, 5],
      ],
    ],
    [
      'begins with the last value before the step',
      [
        [-5, 100],
        [5, 200],
      ],
      [[50, 5]],
    ],
    [
      'ends with the first value after it',
      [
        [50, 100],
        [65, 250],
      ],
      [[100, 10]],
    ],
    [
      'is nothing across a gap',
      [
        [0, 10],
        [1, 20],
        [17, 5_000],
        [18, 5_010],
      ],
      [
        [10, 1],
        [10, 1],
      ],
    ],
    [
      'is still known over the longest pause that is no gap',
      [
        [0, 0],
        [15, 150],
      ],
      [
        [150, 15],
        [0, 0],
      ],
    ],
    [
      'is nothing at a reset',
      [
        [0, 900],
        [1, 910],
        [2, 0],
        [3, 10],
      ],
      [[20, 2]],
    ],
    [
      'is nothing of a wild value, neither up nor down',
      [
        [0, 100],
        [1, 9e8],
        [2, 110],
        [3, 120],
      ],
      [[10, 1]],
    ],
    [
      'is nothing of a 0 in the middle',
      [
        [0, 910_000],
        [1, 0],
        [2, 910_020],
        [3, 910_030],
      ],
      [[10, 1]],
    ],
    [
      'passes over bad values',
      [
        [0, 100],
        [1, 5, Quality.bad],
        [2, 120],
      ],
      [[20, 2]],
    ],
    [
      'is 0 where it stands still',
      [
        [0, 100],
        [10, 100],
      ],
      [[0, 10]],
    ],
  ])('%s', (_, points, wanted) => {
    const found = fold(readings(...points), 'TotWhImp', { ...plan, counter: { perHour: 1e6, gapMs: QUARTER } });
    expect(found.map(({ rise, coveredMs }) => [rise, (coveredMs ?? 0) / MINUTE])).toEqual(wanted);
  });

  it('adds up to the same over narrow and wide steps', () => {
    const own = readings(...Array.from({ length: 61 }, (_, n): [number, number] => [n, n * n]));
    const sumOf = (width: number) =>
      fold(own, 'TotWhImp', { ...plan, width, counter: { perHour: 1e9, gapMs: QUARTER } }).reduce(
        (sum, { rise }) => sum + (rise ?? 0),
        0,
      );
    expect([sumOf(MINUTE), sumOf(QUARTER), sumOf(HOUR)]).toEqual([3_600, 3_600, 3_600]);
  });
});
