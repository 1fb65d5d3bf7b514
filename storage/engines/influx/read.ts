import { escape } from 'influx';
import type { DeviceId } from '#estate/ids.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { SeriesQuery, SeriesResult } from '../../series.ts';
import { boundsOf, lastDay, resultOf, type Point } from '../bounds.ts';
import { DELAY } from '../delay.ts';
import { isMetric } from '../sieve.ts';
import type { InfluxServer, ResultSeries } from './server.ts';

/** Devices that one statement names. */
const MOST_DEVICES = 500;

/** The points themselves. Values are bound; only checked names and whole numbers stand in a statement. */
export async function pointsOf(server: InfluxServer, asked: SeriesQuery): Promise<SeriesResult[]> {
  if (!isMetric(asked.metric)) return [];
  const { from, to, limit } = boundsOf(asked);
  const found: ResultSeries[] = [];
  const fields = asked.received ? [asked.metric, DELAY] : [asked.metric];
  for (const { condition, bound } of devicesIn(asked.devices)) {
    const [series = []] = await server.ask(
      [
        `SELECT ${fields.map(escape.quoted).join(', ')} FROM ${measurementsOf(asked.type)} ` +
          `WHERE ${condition}${siteIs(asked.site)}${asked.received ? withAny([asked.metric]) : ''} AND ${during({ from, to })} GROUP BY "site", "device" LIMIT ${limit}`,
      ],
      { ...bound, ...(asked.site === undefined ? {} : { site: asked.site }) },
    );
    for (const one of series) found.push(one);
  }
  // One measurement after the other: of each device in one of them, as a rule.
  const byPlace = Map.groupBy(found, ({ tags }) => `${tags['device']}\n${tags['site']}`);
  return [...byPlace].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, own]) => resultIn(asked, own));
}

function resultIn(asked: SeriesQuery, own: readonly ResultSeries[]): SeriesResult[] {
  const points = own.flatMap(pointsIn).sort((a, b) => a.at - b.at);
  const { site = '', device = '' } = own[0]?.tags ?? {};
  return points.length === 0 ? [] : [resultOf(asked, { site, device, points })];
}

/** The measurement of a type of device; without one, all. */
export function measurementsOf(type: string | undefined): string {
  return type === undefined ? '/.+/' : escape.quoted(type);
}

/** A condition for rows that have any of these metrics: one that is selected with them is in every row. */
export function withAny(metrics: readonly string[]): string {
  const fields = metrics.map((metric) => escape.quoted(metric));
  return ` AND (${fields.map((field) => `${field} >= 0 OR ${field} < 0`).join(' OR ')})`;
}

function pointsIn({ values }: ResultSeries): Point[] {
  return values.flatMap(([at, value, delay]) => {
    if (value === null) return [];
    return [{ at: Number(at), value: Number(value), delayS: typeof delay === 'number' ? delay : null }];
  });
}

/**
 * The newest value of each metric with the quality it came with: one statement a metric, as `last()` brings the fields
 * of its own row only.
 */
export async function last(server: InfluxServer, devices: readonly DeviceId[], now: Millis): Promise<Reading[]> {
  if (devices.length === 0) return [];
  const { from, to } = lastDay(now);
  const [types = []] = await server.ask(['SHOW FIELD KEYS'], {});
  const columns = types.flatMap(metricsOf);
  if (columns.length === 0) return [];
  const readings = new Map<string, Reading>();
  for (const { condition, bound } of devicesIn(devices)) {
    const statements = columns.map(
      ({ type, metric, qualified }) =>
        `SELECT last(${escape.quoted(metric)})${qualified ? `, ${escape.quoted(`q_${metric}`)}` : ''} ` +
        `FROM ${escape.quoted(type)} ` +
        `WHERE ${condition} AND ${during({ from, to })} GROUP BY "site", "device"`,
    );
    const answers = await server.ask(statements, bound);
    columns.forEach(({ metric }, index) => {
      for (const series of answers[index] ?? []) noteLast(readings, metric, series);
    });
  }
  return [...readings.values()];
}

/** The metrics of a measurement, and which of them ever had a quality that was not good. */
function metricsOf({ name: type, values }: ResultSeries) {
  const fields = new Set(values.map(([field]) => String(field)));
  return [...fields].filter(isMetric).map((metric) => ({ type, metric, qualified: fields.has(`q_${metric}`) }));
}

function noteLast(readings: Map<string, Reading>, metric: string, { name, tags, values }: ResultSeries): void {
  const [at, value, quality] = values[0] ?? [];
  if (typeof at !== 'number' || typeof value !== 'number') return;
  const [site, device] = [tags['site'] ?? '', tags['device'] ?? ''];
  const key = `${name}\n${site}\n${device}`;
  const known = readings.get(key) ?? { site, device, type: name, ts: at, values: {} };
  readings.set(key, {
    ...known,
    ts: Math.max(known.ts, at),
    values: { ...known.values, [metric]: value },
    ...(typeof quality === 'number' && quality !== Quality.good
      ? { quality: { ...known.quality, [metric]: quality } }
      : {}),
  });
}

/** The condition on an instant: `from` included, `to` excluded. */
export function during({ from, to }: { from: Millis; to: Millis }): string {
  return `time >= ${Math.ceil(from)}ms AND time < ${Math.ceil(to)}ms`;
}

/** The condition on a site, if there is one, to add to another. */
export function siteIs(site: string | undefined): string {
  return site === undefined ? '' : ' AND "site" = $site';
}

/** Conditions that name some devices each, at most so many; without devices, one that holds for all. */
export function* devicesIn(devices: readonly DeviceId[] | undefined, most = MOST_DEVICES) {
  if (devices === undefined) yield devicesNamed(undefined);
  else
    for (let start = 0; start < devices.length; start += most) yield devicesNamed(devices.slice(start, start + most));
}

/** The condition that names these devices, and what it binds; without devices, one that holds for all. */
export function devicesNamed(devices: readonly DeviceId[] | undefined): {
  condition: string;
  bound: Record<string, string>;
} {
  if (devices === undefined) return { condition: '"device" != \'\'', bound: {} };
  return {
    condition: `(${devices.map((_, index) => `"device" = $d${index}`).join(' OR ')})`,
    bound: Object.fromEntries(devices.map((device, index) => [`d${index}`, device])),
  };
}
