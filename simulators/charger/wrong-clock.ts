import { isoTime } from '#estate/units.ts';
import type { Link } from './link.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A link over which all times are told by a clock that is so far off, ms. */
export function offBy(link: Link, offMs: () => number): Link {
  return { ...link, call: (action, payload) => link.call(action, shifted(payload, offMs())) };
}

/** The same with each time in it moved. */
function shifted(value: unknown, byMs: number): unknown {
  if (byMs === 0) return value;
  if (typeof value === 'string') return TIME.test(value) ? isoTime(Date.parse(value) + byMs) : value;
  if (Array.isArray(value)) return value.map((each) => shifted(each, byMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shifted(each, byMs)]));
}
