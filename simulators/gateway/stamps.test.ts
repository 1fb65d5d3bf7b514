import { describe, expect, it } from 'vitest';
import { createStamps } from './stamps.ts';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';

const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => (from + n) * MINUTE);

describe('the times of readings', () => {
  it.each([
    ['by a right clock, with a pause of hours', [...minutes(0, 10), ...minutes(300, 310)], 0],
    ['by a clock that is set back a day', [...minutes(0, 10), ...minutes(10, 20).map((at) => at - DAY)], 0],
    ['and then forward again', [...minutes(0, 10), ...minutes(10, 20).map((at) => at - DAY), ...minutes(20, 30)], 0],
    ['by a clock that is set back four minutes', [...minutes(0, 10), ...minutes(6, 20)], 4],
    ['back to before the beginning, and on through all of it', [...minutes(0, 10), ...minutes(-5, 15)], 10],
    ['of hours ahead that the right clock reaches', [...minutes(0, 10), ...minutes(190, 200), ...minutes(20, 210)], 10],
  ])('%s: so many may be there already', (_, times, again) => {
    const stamps = createStamps();
    expect(times.filter((at) => stamps.take(at))).toHaveLength(again);
    expect(stamps.take((times.at(-1) ?? 0) + 2 * HOUR)).toBe(false);
  });
});
