import { ID_PATTERN, METRIC_PATTERN } from '#estate/ids.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { DeadReading } from '../series.ts';
import { remembered } from './remembered.ts';

/** Names that an engine needs for itself: a metric's column or field stands beside them. */
const RESERVED = /^(site|device|ts|time|q_.*)$/i;
/** The last millisecond of 2261: what InfluxDB's nanoseconds can count to. */
const LAST_TS = 9_214_646_399_999;
const LONGEST_TEXT = 256;
const MOST_QUALITY = 65_535;

/**
 * Parts readings into what every series store can hold and what none can. Where only some metrics of a reading are
 * unfit, the others are kept.
 *
 * @param refusal why the store does not take an instant, if it does not.
 */
export function sieve(
  readings: readonly Reading[],
  refusal: (ts: Millis) => string | null = () => null,
): { fit: Reading[]; dead: DeadReading[] } {
  const fit: Reading[] = [];
  const dead: DeadReading[] = [];
  for (const reading of readings) {
    const reason = unfitReading(reading) ?? refusal(reading.ts);
    if (reason !== null) dead.push({ reading, reason });
    else {
      const kept = withoutUnfitMetrics(reading, dead);
      if (!isEmpty(kept.values)) fit.push(kept);
    }
  }
  return { fit, dead };
}

/** Whether a metric may be asked for at all; one that may not has no points. */
export const isMetric = remembered((name) => METRIC_PATTERN.test(name) && !RESERVED.test(name));
const isType = remembered((name) => ID_PATTERN.test(name));
const isText = remembered((text) => text.length > 0 && text.length <= LONGEST_TEXT && !/\p{Cc}/u.test(text));

/** The quality of a metric where it is not good. Safe for a metric named like a property of every object. */
export function qualityOf(reading: Reading, metric: string): number | null {
  return reading.quality && Object.hasOwn(reading.quality, metric) ? (reading.quality[metric] ?? null) : null;
}

/** Whether the value of a metric can be trusted. */
export function isGood(reading: Reading, metric: string): boolean {
  return (qualityOf(reading, metric) ?? Quality.good) === Quality.good;
}

function unfitReading({ site, device, type, ts }: Reading): string | null {
  if (!isText(site)) return 'The site must be 1 to 256 characters without control characters.';
  if (!isText(device)) return 'The device must be 1 to 256 characters without control characters.';
  if (!isType(type)) return `"${type}" is no device type: letters, digits, - and _ only, at most 64.`;
  if (!Number.isInteger(ts) || ts < 0 || ts > LAST_TS) return `${ts} is no instant between 1970 and 2261 in ms.`;
  return null;
}

function withoutUnfitMetrics(reading: Reading, dead: DeadReading[]): Reading {
  if (isFit(reading)) return reading;
  const unfit = Object.keys(reading.values).filter((metric) => unfitMetric(reading, metric) !== null);
  if (unfit.length === 0) return reading;
  const values = { ...reading.values };
  for (const metric of unfit) {
    dead.push({ reading: onlyMetric(reading, metric), reason: unfitMetric(reading, metric) ?? '' });
    delete values[metric];
  }
  return { ...reading, values };
}

function isEmpty(values: object): boolean {
  for (const _ in values) return false;
  return true;
}

/** What nearly every reading is. */
function isFit({ values, quality }: Reading): boolean {
  if (quality !== undefined) return false;
  for (const metric in values) if (!isMetric(metric) || !Number.isFinite(values[metric])) return false;
  return true;
}

function unfitMetric(reading: Reading, metric: string): string | null {
  if (!METRIC_PATTERN.test(metric))
    return `"${metric}" is no metric: a letter, then letters, digits and _, at most 64.`;
  if (RESERVED.test(metric)) return `"${metric}" is reserved; name the metric otherwise.`;
  if (!Number.isFinite(reading.values[metric]))
    return `${metric} is ${reading.values[metric]}, which is no finite number.`;
  const quality = qualityOf(reading, metric);
  if (quality === null || (Number.isInteger(quality) && quality >= 0 && quality <= MOST_QUALITY)) return null;
  return `The quality of ${metric} is ${quality}, which is no whole number from 0 to 65535.`;
}

/** The reading with one of its metrics alone. */
export function onlyMetric(reading: Reading, metric: string): Reading {
  const { quality: _, ...rest } = reading;
  const quality = qualityOf(reading, metric);
  const alone = {
    ...rest,
    values: Object.fromEntries(Object.entries(reading.values).filter(([name]) => name === metric)),
  };
  return quality === null ? alone : { ...alone, quality: { [metric]: quality } };
}
