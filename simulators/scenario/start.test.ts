import { isoTime } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { resolveStart, startText } from './start.ts';

const resolved = (text: string, now: string, lastsMs?: number) =>
  isoTime(resolveStart(startText.parse(text), Date.parse(now), lastsMs)).replace('.000Z', 'Z');

describe('a start', () => {
  // The 22nd of November 2026 is a Sunday.
  it.each([
    ['now', '2026-11-22T03:00:00Z', '2026-11-22T03:00:00Z'],
    ['2026-05-01T07:30:00+02:00', '2026-11-22T03:00:00Z', '2026-05-01T05:30:00Z'],
    ['2026-05-01T07:30Z', '2026-11-22T03:00:00Z', '2026-05-01T07:30:00Z'],
    ['yesterday 07:30', '2026-11-22T03:00:00Z', '2026-11-21T06:30:00Z'],
    ['yesterday 00:00', '2026-07-01T12:00:00Z', '2026-06-29T22:00:00Z'],
    // In Rome it is the next day already.
    ['yesterday 07:30', '2026-11-21T23:30:00Z', '2026-11-21T06:30:00Z'],
    ['last saturday 09:00', '2026-11-22T03:00:00Z', '2026-11-21T08:00:00Z'],
    ['last sunday 09:00', '2026-11-22T20:00:00Z', '2026-11-15T08:00:00Z'],
    ['last 15 january 06:30', '2026-11-22T03:00:00Z', '2026-01-15T05:30:00Z'],
    ['last 24 december 18:00', '2026-11-22T03:00:00Z', '2025-12-24T17:00:00Z'],
    ['last 29 february 12:00', '2026-11-22T03:00:00Z', '2024-02-29T11:00:00Z'],
    // The clocks are changed on the 29th of March and the 25th of October: 02:30 is left out, or comes twice.
    ['yesterday 02:30', '2026-03-30T12:00:00Z', '2026-03-29T01:30:00Z'],
    ['yesterday 02:30', '2026-10-26T12:00:00Z', '2026-10-25T00:30:00Z'],
    ['yesterday 12:00', '2026-03-30T12:00:00Z', '2026-03-29T10:00:00Z'],
  ])('of %s is, at %s, %s', (text, now, expected) => {
    expect(resolved(text, now)).toBe(expected);
  });

  it('lies so far back that what begins then is over', () => {
    const twoDays = 2 * 86_400_000;
    expect(resolved('last saturday 09:00', '2026-11-22T03:00:00Z', twoDays)).toBe('2026-11-14T08:00:00Z');
    expect(resolved('last saturday 09:00', '2026-11-23T09:00:00Z', twoDays)).toBe('2026-11-21T08:00:00Z');
  });

  it.each([
    'tomorrow',
    'yesterday',
    'yesterday 7:30',
    'yesterday 24:00',
    'last 32 may 07:00',
    'last 30 february 07:00',
    '2026-05-01',
    '2026-05-01T07:30:00',
  ])('is not %s', (text) => {
    expect(startText.safeParse(text).success).toBe(false);
  });
});
