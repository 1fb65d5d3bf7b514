import { describe, expect, test } from 'vitest';
import { kilowattHours, kilowatts } from './quantity.ts';
import { clockTime, duration, exactTime, relativeTime } from './time.ts';

describe('power is shown in kilowatts of the reader’s language', () => {
  test.each([
    [null, 'en', '–'],
    [0, 'en', '0.0'],
    [-0.4, 'en', '0.00'],
    [340, 'it', '0,34'],
    [996, 'en', '1.0'],
    [7_360, 'it', '7,4'],
    [-12_345, 'en', '-12.3'],
    [99_960, 'en', '100'],
    [1_234_567, 'it', '1235'],
    [12_345_678, 'it', '12.346'],
  ] as const)('%s W in %s is %s', (powerW, locale, shown) => expect(kilowatts(powerW, locale)).toBe(shown));
});

describe('energy is shown in kilowatt-hours', () => {
  test.each([
    [null, 'it', '–'],
    [12_345, 'it', '12,35'],
    [123_456, 'en', '123.5'],
  ] as const)('%s Wh in %s is %s', (energyWh, locale, shown) => expect(kilowattHours(energyWh, locale)).toBe(shown));
});

describe('an age is told by its largest unit', () => {
  const now = Date.UTC(2026, 5, 1, 12);
  test.each([
    [500, 'en', 'now'],
    [-4_000, 'en', 'now'],
    [42_000, 'en', '42 sec. ago'],
    [119_000, 'it', '1 min fa'],
    [7_300_000, 'it', '2 h fa'],
    [86_400_000, 'it', 'ieri'],
  ] as const)('%s ms before, in %s: %s', (ago, locale, shown) =>
    expect(relativeTime(now - ago, now, locale)).toBe(shown),
  );
});

test('clocks show Rome’s time in summer and in winter', () => {
  expect(clockTime(Date.UTC(2026, 6, 1, 10), 'it')).toBe('12:00');
  expect(clockTime(Date.UTC(2026, 0, 1, 10), 'it')).toBe('11:00');
  expect(exactTime(Date.UTC(2026, 0, 1, 10), 'en')).toContain('11:00:00');
});

test.each([
  [40_000, '40 s'],
  [12 * 60_000, '12 min'],
  [65 * 60_000, '1 h 05 min'],
] as const)('%s ms last %s', (ms, shown) => expect(duration(ms)).toBe(shown));
