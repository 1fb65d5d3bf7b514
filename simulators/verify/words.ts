import { DAY, HOUR, type Millis } from '#estate/units.ts';

/** How figures stand in the sentences of a verification. Times are those of an Italian wall. */
export interface Words {
  /** `08:12`; where the span of the run does not tell the day, `Mon 18 May 08:12`. */
  time(at: Millis): string;
  /** The same to the second. */
  second(at: Millis): string;
  /** `from 08:00 to 09:00` for the hour 6 (UTC) of the run's first day. */
  hourOfDay(hour: number): string;
  /** `14,312`, with one decimal where it has one. */
  number(value: number): string;
  /** `5.07`, with the cents of a price. */
  amount(value: number): string;
}

const timeZone = 'Europe/Rome';
const MINUTES = { timeZone, hour: '2-digit', minute: '2-digit' } as const;
const TO_THE_MINUTE = new Intl.DateTimeFormat('en-GB', MINUTES);
const TO_THE_SECOND = new Intl.DateTimeFormat('en-GB', { ...MINUTES, second: '2-digit' });
const TO_THE_DAY = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short' });
const AMOUNT = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 });
const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** @param span of the run that the sentences are about. */
export function createWords({ from, to }: { from: Millis; to: Millis }): Words {
  const dayOf = (at: Millis) =>
    to - from <= DAY && at >= from && at <= to ? '' : `${TO_THE_DAY.format(at).replace(',', '')} `;
  return {
    time: (at) => `${dayOf(at)}${TO_THE_MINUTE.format(at)}`,
    second: (at) => `${dayOf(at)}${TO_THE_SECOND.format(at)}`,
    hourOfDay(hour) {
      const at = Math.floor(from / DAY) * DAY + hour * HOUR;
      return `from ${TO_THE_MINUTE.format(at)} to ${TO_THE_MINUTE.format(at + HOUR)}`;
    },
    number: (value) => NUMBER.format(value),
    amount: (value) => AMOUNT.format(value),
  };
}

/** `1 session`, `2,000 sessions`. */
export function counted(count: number, noun: string): string {
  return `${NUMBER.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}
