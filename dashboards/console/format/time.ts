/** Times as people read them, in the estate's own time zone wherever the reader is. */

export const TIME_ZONE = 'Europe/Rome';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** "3 minutes ago", by the largest whole unit; below a second, and a little in the future, "now". */
export function relativeTime(atMs: number, nowMs: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const distance = atMs - nowMs;
  const step = STEPS.find(([, ms]) => Math.abs(distance) >= ms);
  if (!step || (distance > 0 && distance < 10_000)) return format.format(0, 'second');
  return format.format(Math.trunc(distance / step[1]), step[0]);
}

/** "21 Nov 2026, 14:03:20 CET". */
export function exactTime(atMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone: TIME_ZONE,
    timeZoneName: 'short',
  }).format(atMs);
}

/** "21 Nov, 14:03". */
export function shortTime(atMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: TIME_ZONE,
  }).format(atMs);
}

/** "14:03". */
export function clockTime(atMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: TIME_ZONE,
  }).format(atMs);
}

/** "14:03:20". */
export function clockTimeWithSeconds(atMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone: TIME_ZONE,
  }).format(atMs);
}

/** "1 h 05 min", "12 min", "40 s". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
