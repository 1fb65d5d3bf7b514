import { isoTime } from '#estate/units.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A payload as told by a clock that is so far off, ms: each time in it is moved. */
export function toldByClock(value: unknown, offMs: number): unknown {
  if (offMs === 0) return value;
  if (typeof value === 'string') return TIME.test(value) ? isoTime(Date.parse(value) + offMs) : value;
  if (Array.isArray(value)) return value.map((each) => toldByClock(each, offMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toldByClock(each, offMs)]));
}
