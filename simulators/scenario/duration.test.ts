import { describe, expect, it } from 'vitest';
import { durationText, formatDuration } from './duration.ts';

describe('a duration', () => {
  it.each([
    ['500ms', 500, '500ms'],
    ['30s', 30_000, '30s'],
    ['1.5s', 1500, '1s 500ms'],
    ['90m', 5_400_000, '1h 30m'],
    ['1h 30m', 5_400_000, '1h 30m'],
    ['1d2h', 93_600_000, '1d 2h'],
    ['0s', 0, '0s'],
  ])('of %s is %d ms, and written %s', (text, ms, written) => {
    expect(durationText.parse(text)).toBe(ms);
    expect(formatDuration(ms)).toBe(written);
  });

  it.each(['', '30', 's', '-3s', '3 s', '5min', '1h, 2m', ' 3s', 30])('is not %j', (text) => {
    expect(durationText.safeParse(text).success).toBe(false);
  });
});
