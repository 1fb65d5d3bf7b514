import { DAY, isoTime, type Millis } from '#estate/units.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const EARLIEST: Millis = Date.UTC(2010);

/**
 * Whether a charger's clock can be right. Where it shows a time before 2010 or over a day ahead, the platform takes the
 * time of receipt, which the charger does not know.
 */
export function canBeRight(at: Millis, now: Millis): boolean {
  return at >= EARLIEST && at <= now + DAY;
}

/** A payload as told by a clock that is so far off, ms: each time in it is moved. */
export function toldByClock(value: unknown, offMs: number): unknown {
  if (offMs === 0) return value;
  if (typeof value === 'string') return TIME.test(value) ? isoTime(Date.parse(value) + offMs) : value;
  if (Array.isArray(value)) return value.map((each) => toldByClock(each, offMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toldByClock(each, offMs)]));
}
