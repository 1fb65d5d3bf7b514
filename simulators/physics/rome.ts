import { DAY, HOUR, type Millis } from '#estate/units.ts';

/** The wall clock in Italy. */
export interface WallTime {
  /** 0 up to 24, with its fraction. */
  hour: number;
  /** 0 is Sunday. */
  weekday: number;
}

/** The time on an Italian wall. */
export function romeTime(atMs: Millis): WallTime {
  const localMs = atMs + romeOffset(atMs);
  return { hour: (localMs % DAY) / HOUR, weekday: weekdayOf(localMs) };
}

/** How far it is ahead of UTC, ms: CET, and CEST between the last Sundays of March and October, 01:00 UTC (2000/84/EC). */
export function romeOffset(atMs: Millis): number {
  const year = new Date(atMs).getUTCFullYear();
  const isSummer = atMs >= lastSunday(year, 2) + HOUR && atMs < lastSunday(year, 9) + HOUR;
  return isSummer ? 2 * HOUR : HOUR;
}

/** Midnight UTC of the last Sunday of a month of 31 days. */
function lastSunday(year: number, month: number): Millis {
  const end = Date.UTC(year, month, 31);
  return end - weekdayOf(end) * DAY;
}

/** 1970 began on a Thursday. */
function weekdayOf(atMs: Millis): number {
  return (Math.floor(atMs / DAY) + 4) % 7;
}
