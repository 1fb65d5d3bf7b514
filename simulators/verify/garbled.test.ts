import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '#estate/units.ts';
import { garbledAgain, mustBeKnown, NONE_GARBLED } from './garbled.ts';

const after = (...times: number[]) => times.reduce(garbledAgain, NONE_GARBLED);

describe('Messages that nobody can read', () => {
  it.each<[boolean, string, number[], number]>([
    [false, 'there was none', [], MINUTE],
    [false, 'there were two', [0, 1], MINUTE],
    [true, 'there were three', [0, 1, 2], MINUTE],
    [false, 'the third is just being counted', [0, 1, 2], 20 * SECOND],
    [true, 'there were three, and one just now', [0, 1, 2, MINUTE], MINUTE],
    [false, 'three came within more than ten minutes', [0, 5 * MINUTE, 10 * MINUTE], 11 * MINUTE],
    [true, 'the last of many came seldom', [0, 1, 2, 9 * MINUTE, 18 * MINUTE], 25 * MINUTE],
    [true, 'it was quiet for fourteen minutes', [0, 1, 2], 14 * MINUTE],
    [false, 'it was quiet for a quarter of an hour', [0, 1, 2], 15 * MINUTE],
    [false, 'there was one after a long quiet', [0, 1, 2, 20 * MINUTE], 21 * MINUTE],
  ])('must have their alarm: %s, where %s', (expected, _, times, now) => {
    expect(mustBeKnown(after(...times), now)).toBe(expected);
  });
});
