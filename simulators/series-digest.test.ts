import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '#estate/units.ts';
import { digestOf, hourOf, metricSeed } from './series-digest.ts';

const AT = Date.UTC(2026, 4, 18, 6);
const W = metricSeed('W');

describe('The digest of a value', () => {
  it('is the same wherever it is made', () => {
    expect([digestOf(W, AT, 431.25), digestOf(W, AT, 0), digestOf(metricSeed('VA'), AT, 431.25)]).toEqual([
      4_243_244_219, 480_992_968, 2_414_368_549,
    ]);
  });

  it.each<[string, [seed: number, at: number, value: number]]>([
    ['another value', [W, AT, 431.3]],
    ['the next value that there is', [W, AT, 431.25 + 2 ** -44]],
    ['another sign', [W, AT, -431.25]],
    ['a millisecond later', [W, AT + 1, 431.25]],
    ['another metric', [metricSeed('WL1'), AT, 431.25]],
  ])('is another one for %s', (_, [seed, at, value]) => {
    expect(digestOf(seed, at, value)).not.toBe(digestOf(W, AT, 431.25));
  });

  it('is that of 0 for -0, which JSON does not know', () => {
    expect(digestOf(W, AT, -0)).toBe(digestOf(W, AT, 0));
  });

  it('is hardly ever that of another value of a day', () => {
    const digests = Array.from({ length: 24 * 60 }, (_, minute) =>
      [0, 0.1, 4_711, 1e7].map((value) => digestOf(W, AT + minute * MINUTE, value + minute)),
    ).flat();
    expect(new Set(digests).size).toBeGreaterThan(digests.length - 3);
  });
});

it('An hour of the day is that of UTC', () => {
  expect([AT, AT + HOUR - 1, AT + HOUR, AT + 18 * HOUR, AT + 24 * HOUR].map(hourOf)).toEqual([6, 6, 7, 0, 6]);
});
