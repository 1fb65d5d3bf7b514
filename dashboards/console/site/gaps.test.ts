import { expect, test } from 'vitest';
import { bridged, lonely } from './gaps.ts';

const MINUTE_MS = 60_000;
const everyMinute = (length: number) => Array.from({ length }, (_, index) => index * MINUTE_MS);
const silence = (minutes: number) => [1, ...Array<null>(minutes - 1).fill(null), 2];

test('a line runs on over a silence of ten minutes, and breaks at a longer one', () => {
  expect(bridged(silence(10), everyMinute(11))).toEqual([1, ...Array<undefined>(9).fill(undefined), 2]);
  expect(bridged(silence(11), everyMinute(12))).toEqual(silence(11));
});

test('what was not measured at either end stays a gap', () => {
  expect(bridged([null, 1, 2, null], everyMinute(4))).toEqual([null, 1, 2, null]);
  expect(bridged([null, null], everyMinute(2))).toEqual([null, null]);
});

test.each([
  [[1, null, 2, 3], [0]],
  [[null, 1, undefined, 2, null, 3, null], [5]],
  [[1, 2], []],
  [[], []],
])('of %o the lonely ones are %o', (line, dots) => expect(lonely(line)).toEqual(dots));
