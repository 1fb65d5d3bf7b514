import { seededRandom } from '#estate/random.ts';
import { describe, expect, it } from 'vitest';
import { addHistogram, clearHistogram, createHistogram, quantileMs, record } from './histogram.ts';

const of = (durationsMs: number[]) => {
  const histogram = createHistogram();
  for (const each of durationsMs) record(histogram, each);
  return histogram;
};
const exact = (durationsMs: number[], share: number) =>
  durationsMs.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * durationsMs.length)) - 1] ?? NaN;

describe('A histogram of durations', () => {
  it('knows nothing when nothing was counted', () => {
    expect(quantileMs(createHistogram(), 0.5)).toBeNull();
  });

  it.each([0.011, 0.5, 1, 7, 33.3, 999, 12_345, 3_600_000])('gives %d ms back within 2 %%', (ms) => {
    const found = quantileMs(of([ms, ms, 2 * ms]), 0.5) ?? NaN;
    expect(Math.abs(found - ms) / ms).toBeLessThanOrEqual(0.02);
  });

  it('is within 2 % of the exact quantile of ten thousand uneven durations', () => {
    const random = seededRandom('histogram');
    const all = Array.from({ length: 10_000 }, () => 0.1 * Math.exp(12 * random.next()));
    const histogram = of(all);
    for (const share of [0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1]) {
      const right = exact(all, share);
      expect(Math.abs((quantileMs(histogram, share) ?? NaN) - right) / right, String(share)).toBeLessThanOrEqual(0.02);
    }
  });

  it('never gives more than the longest', () => {
    expect(quantileMs(of([10.1]), 1)).toBeLessThanOrEqual(10.1);
  });

  it('counts what is shorter or longer than it tells apart', () => {
    const histogram = of([0, 1e9]);
    expect(histogram.count).toBe(2);
    expect(histogram.maxMs).toBe(1e9);
    expect(quantileMs(histogram, 0)).toBe(0.01);
    expect(quantileMs(histogram, 1)).toBeGreaterThan(9e6);
  });

  it('adds up to what one histogram of everything says', () => {
    const [some, others] = [
      [1, 2, 3, 50],
      [4, 5, 600],
    ];
    const sum = of(some ?? []);
    addHistogram(sum, of(others ?? []));
    expect(sum).toEqual(of([...(some ?? []), ...(others ?? [])]));
    clearHistogram(sum);
    expect(sum).toEqual(createHistogram());
  });
});
