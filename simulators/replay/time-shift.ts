import { isoTime, type Millis } from '#estate/units.ts';

/** Moves the times in what the field says, by the same for all. */
export interface TimeShift {
  /** Recorded + this = replayed, ms. */
  readonly byMs: Millis;
  /** An OCPP payload of a charger. */
  ocpp(payload: Record<string, unknown>): Record<string, unknown>;
  /** A JSON payload of a gateway or device. */
  mqtt(payload: unknown): unknown;
}

/** The fields that hold a time in what a charger of OCPP 1.6 or 2.0.1 says. */
const OCPP_TIMES = new Set([
  'currentTime',
  'departureTime',
  'endDateTime',
  'generatedAt',
  'scheduleStart',
  'startDateTime',
  'startSchedule',
  'timeBase',
  'timestamp',
  'validFrom',
  'validTo',
]);
/** And in what devices say: ms since 1970. */
const MQTT_TIMES = new Set(['ts', 'exp']);
const HISTORY = 's';

export function createTimeShift(byMs: Millis): TimeShift {
  const shiftText = (value: unknown) => {
    const atMs = typeof value === 'string' ? Date.parse(value) : NaN;
    return Number.isNaN(atMs) ? value : isoTime(atMs + byMs);
  };
  const shiftNumber = (value: unknown) => (typeof value === 'number' ? value + byMs : value);
  /** Kept while offline: `{"s": [[ts, values], …]}`. */
  const shiftHistory = (value: unknown) =>
    Array.isArray(value)
      ? value.map((entry: unknown) =>
          Array.isArray(entry) ? entry.map((item: unknown, at) => (at === 0 ? shiftNumber(item) : item)) : entry,
        )
      : value;
  return {
    byMs,
    ocpp: (payload) =>
      byMs === 0 ? payload : eachField(payload, (name, value) => (OCPP_TIMES.has(name) ? shiftText(value) : value)),
    mqtt(payload) {
      if (byMs === 0 || !isRecord(payload)) return payload;
      // Deeper down, names are those of devices and metrics.
      return Object.fromEntries(
        Object.entries(payload).map(([name, value]) => {
          if (MQTT_TIMES.has(name)) return [name, shiftNumber(value)];
          return [name, name === HISTORY ? shiftHistory(value) : value];
        }),
      );
    },
  };
}

type Change = (name: string, value: unknown) => unknown;

/** The same object with each field, however deep, changed. */
function eachField(object: Record<string, unknown>, change: Change): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(name, inside(value, change))]));
}

function inside(value: unknown, change: Change): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => inside(item, change));
  return isRecord(value) ? eachField(value, change) : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
