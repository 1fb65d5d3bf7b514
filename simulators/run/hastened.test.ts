import { expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { hastened } from './hastened.ts';

it('A hastened clock shows sixty seconds after one, and delays are as much shorter', async () => {
  const real = handClock(1_000_000);
  const fast = hastened(real, 60);
  const seen: number[] = [];
  fast.after(15_000, () => seen.push(fast.now()));
  fast.every(30_000, () => seen.push(fast.now()));
  await real.advance(1_000);
  expect(fast.now()).toBe(1_060_000);
  expect(seen.map(Math.round)).toEqual([1_015_000, 1_030_000, 1_060_000]);
});
