import { DAY, HOUR, type Millis } from '#estate/units.ts';

/** The wall clock in Italy. */
export interface WallTime {
  /** 0 up to 24, with its fraction. */
  hour: number;
  /** 0 is Sunday. */
  weekday: number;
}

/** The time on an Italian wall: CET, and CEST between the last Sundays of March and October, 01:00 UTC (2000/84/EC). */
export function romeTime(atMs: Millis): WallTime {
  const year = new Date(atMs).getUTCFullYear();
  const summer = atMs >= lastSunday(year, 2) + HOUR && atMs < lastSunday(year, 9) + HOUR;
  const localMs = atMs + (summer ? 2 : 1) * HOUR;
  return { hour: (localMs % DAY) / HOUR, weekday: new Date(localMs).getUTCDay() };
}

/** Midnight UTC of the last Sunday of a month of 31 days. */
function lastSunday(year: number, month: number): Millis {
  const end = Date.UTC(year, month, 31);
  return end - new Date(end).getUTCDay() * DAY;
}
