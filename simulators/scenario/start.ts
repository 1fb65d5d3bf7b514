import { DAY, HOUR, type Millis, MINUTE } from '#estate/units.ts';
import { z } from 'zod';
import { romeOffset } from '../physics/rome.ts';

/** When the simulated time begins: at an instant, or at an hour in Rome of a day in the past. */
export type Start =
  | { kind: 'now' }
  | { kind: 'instant'; atMs: Millis }
  /** Milliseconds since midnight. */
  | { kind: 'yesterday'; timeMs: number }
  /** 0 is Sunday. */
  | { kind: 'weekday'; weekday: number; timeMs: number }
  /** Month from 0, day from 1. */
  | { kind: 'date'; month: number; day: number; timeMs: number };

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTH_DAYS: readonly (readonly [string, number])[] = [
  ['january', 31],
  ['february', 29],
  ['march', 31],
  ['april', 30],
  ['may', 31],
  ['june', 30],
  ['july', 31],
  ['august', 31],
  ['september', 30],
  ['october', 31],
  ['november', 30],
  ['december', 31],
];
const MONTHS = MONTH_DAYS.map(([month]) => month);
const DATE = `(?:[1-9]|[12]\\d|3[01]) (?:${MONTHS.join('|')})`;
const PATTERN = new RegExp(
  `^(?:now|(?:yesterday|last (?:${WEEKDAYS.join('|')}|${DATE})) (?:[01]\\d|2[0-3]):[0-5]\\d` +
    `|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?:Z|[+-]\\d\\d:\\d\\d))$`,
);
const EXPECTED =
  'a start is expected: now, yesterday 07:30, last saturday 09:00, last 15 january 06:30, or 2026-05-01T07:30:00+02:00';

/** A start as it is written. */
export const startText = z
  .string({ error: EXPECTED })
  .regex(PATTERN, { error: EXPECTED, abort: true })
  .transform((text, context): Start => {
    const start = parseStart(text);
    if (start) return start;
    context.issues.push({ code: 'custom', message: 'there is no such day', input: text });
    return z.NEVER;
  });

function parseStart(text: string): Start | null {
  if (text === 'now') return { kind: 'now' };
  if (/^\d{4}/.test(text)) {
    const atMs = Date.parse(text);
    return Number.isNaN(atMs) ? null : { kind: 'instant', atMs };
  }
  const words = text.split(' ');
  const [hours, minutes] = (words.at(-1) ?? '').split(':').map(Number);
  const timeMs = (hours ?? 0) * HOUR + (minutes ?? 0) * MINUTE;
  if (words[0] === 'yesterday') return { kind: 'yesterday', timeMs };
  if (words.length === 3) return { kind: 'weekday', weekday: WEEKDAYS.indexOf(words[1] ?? ''), timeMs };
  const [day, month] = [Number(words[1]), MONTHS.indexOf(words[2] ?? '')];
  return day <= (MONTH_DAYS[month]?.[1] ?? 0) ? { kind: 'date', month, day, timeMs } : null;
}

/**
 * The instant at which a scenario begins. A weekday or a date is the last one before today; with a duration, the last one
 * from which so much time has passed, so that nothing that is measured lies in the future.
 */
export function resolveStart(start: Start, nowMs: Millis, lastsMs = 0): Millis {
  if (start.kind === 'now') return nowMs;
  if (start.kind === 'instant') return start.atMs;
  const today = nowMs + romeOffset(nowMs);
  let day = today - (today % DAY) - DAY;
  if (start.kind === 'yesterday') return instantInRome(day + start.timeMs);
  const isMeant = (date: Date) =>
    start.kind === 'weekday'
      ? date.getUTCDay() === start.weekday
      : date.getUTCMonth() === start.month && date.getUTCDate() === start.day;
  while (!isMeant(new Date(day)) || instantInRome(day + start.timeMs) + lastsMs > nowMs) day -= DAY;
  return instantInRome(day + start.timeMs);
}

/** The instant at which a wall clock in Rome shows a time; the first one when it shows it twice. */
function instantInRome(wallMs: number): Millis {
  const summer = wallMs - 2 * HOUR;
  return romeOffset(summer) === 2 * HOUR ? summer : wallMs - HOUR;
}
