import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chargerId, duration, instant, numeric, secretText, sessionId, siteId, tokenText } from './fields.ts';

describe('an instant', () => {
  it.each([
    ['1767225600000', 1_767_225_600_000],
    ['2026-01-01T00:00:00Z', 1_767_225_600_000],
    ['2026-01-01T00:00:00.5Z', 1_767_225_600_500],
    ['2026-01-01T01:00:00+01:00', 1_767_225_600_000],
    ['2026-01-01 00:00Z', 1_767_225_600_000],
    ['2026-01-01T01:00:00 01:00', 1_767_225_600_000],
    ['0', 0],
    ['946684800001', 946_684_800_001],
  ])('may be written %s', (text, atMs) => {
    expect(instant.parse(text)).toBe(atMs);
  });

  it.each([
    '',
    'yesterday',
    '2026-01-01',
    '2026-01-01 00:00',
    '1767225600',
    '2026-01-01T00:00:00',
    '2026-13-01T00:00:00Z',
    '-5',
    '9'.repeat(16),
    '1e3',
  ])('is not %j', (text) => {
    expect(instant.safeParse(text).success).toBe(false);
  });
});

describe('a duration', () => {
  it.each([
    ['60', 60],
    ['90s', 90],
    ['15m', 900],
    ['2h', 7_200],
    ['1d', 86_400],
  ])('may be written %s', (text, seconds) => expect(duration.parse(text)).toBe(seconds));
  it.each(['', '0', '-5', '1.5', '1w', 'm', '60 s', '367d', '9'.repeat(20), 'PT15M'])('is not %j', (text) =>
    expect(duration.safeParse(text).success).toBe(false),
  );
});

describe('an id', () => {
  it.each([
    [siteId, 'barolo'],
    [siteId, 'a'.repeat(64)],
    [chargerId, 'IT*PGR:1|a@b.c=+'],
    [tokenText, '04A2B6'],
    [secretText, 'correct-horse'],
  ])('may be %#', (field, text) => {
    expect(field.safeParse(text).success).toBe(true);
  });

  it.each([
    [siteId, ''],
    [siteId, 'a/b'],
    [siteId, 'a.b'],
    [siteId, 'a'.repeat(65)],
    [siteId, 'barolo\n'],
    [chargerId, 'a'.repeat(49)],
    [chargerId, '../x'],
    [chargerId, 'ｆull-width'],
    [tokenText, 'a'.repeat(37)],
    [tokenText, 'two words'],
    [sessionId, "x'; drop"],
    [secretText, 'sh'],
  ])('is not %#', (field, text) => {
    expect(field.safeParse(text).success).toBe(false);
  });
});

describe('a number in a query', () => {
  const field = numeric(z.number());
  it.each([
    ['1', 1],
    ['-7.5', -7.5],
  ])('may be %s', (text, value) => expect(field.parse(text)).toBe(value));
  it.each(['', ' ', 'x', 'NaN', 'Infinity', ['1', '2']])('is not %j', (text) =>
    expect(field.safeParse(text).success).toBe(false),
  );
});
