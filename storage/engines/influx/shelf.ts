import { escape } from 'influx';
import type { Reading } from '#estate/sample.ts';
import type { Part } from '../../rollups/parts.ts';
import type { PartsAsked, RowsAsked, Shelf } from '../../rollups/shelf.ts';
import type { Rollup, Tier } from '../../rollups/tiers.ts';
import type { Aggregate } from '../../series.ts';
import { DELAY, receivedAfter } from '../delay.ts';
import { isMetric } from '../sieve.ts';
import { tagged } from './line-protocol.ts';
import { devicesIn, devicesNamed, during, siteIs, withAny } from './read.ts';
import type { InfluxServer, ResultSeries } from './server.ts';

/** The retention policies that keep roll-ups, in the measurement `rollup`. */
export const POLICY_OF: Readonly<Record<Tier, string>> = { quarter: 'quarter_hours', day: 'days' };
const MEASUREMENT = 'rollup';
const MOST_LINES = 5_000;
/** An answer with more readings, or of more devices, would keep other work waiting. */
const READINGS_AT_ONCE = 1_500;
const FIRST_DEVICES = 20;
const DEVICES_AT_ONCE = 100;

/** What is asked for of raw points, and how one value is made of it; beside it the count. */
const OF_RAW: Readonly<Record<Exclude<Aggregate, 'rise' | 'covered'>, (metric: string) => string>> = {
  mean: (metric) => `mean(${escape.quoted(metric)})`,
  min: (metric) => `min(${escape.quoted(metric)})`,
  max: (metric) => `max(${escape.quoted(metric)})`,
  sum: (metric) => `sum(${escape.quoted(metric)})`,
  last: (metric) => `last(${escape.quoted(metric)})`,
  count: (metric) => `count(${escape.quoted(metric)})`,
  // How many are not good.
  good: (metric) => `count(${escape.quoted(`q_${metric}`)})`,
};

const FIELDS: Readonly<Record<Aggregate, string>> = {
  mean: 'mean',
  min: 'min',
  max: 'max',
  sum: 'mean',
  last: 'last',
  count: 'count',
  good: 'good',
  rise: 'rise',
  covered: 'covered_ms',
};

/** What roll-ups need of InfluxDB. */
export function createShelf(server: InfluxServer): Omit<Shelf, 'between' | 'renote' | 'drop'> {
  return {
    rows: (asked) => rows(server, asked),

    async rawParts(asked, width) {
      const { metric, aggregate } = asked;
      if (!isMetric(metric) || aggregate === 'rise' || aggregate === 'covered') return [];
      const select = `${OF_RAW[aggregate](metric)} AS "value", count(${escape.quoted(metric)}) AS "weight" FROM /.+/`;
      const parts = await ask(server, asked, { select, group: `time(${width}ms), "device" fill(none)` });
      if (aggregate !== 'good') return parts;
      return parts.map(([device, at, unfit, count]) => [device, at, (count - unfit) / count, count]);
    },

    async keptParts(tier, asked) {
      const { aggregate } = asked;
      const select = `${escape.quoted(FIELDS[aggregate])}, "count" FROM "${POLICY_OF[tier]}"."${MEASUREMENT}"`;
      const parts = await ask(server, asked, { select, group: '"device"', also: ' AND "metric" = $metric' });
      if (aggregate === 'sum') return parts.map(([device, at, mean, count]) => [device, at, mean * count, count]);
      if (aggregate === 'good') return parts.map(([device, at, good, count]) => [device, at, good / count, count]);
      return parts;
    },

    async kept(tier, { type, devices, from, to }) {
      const rollups: Rollup[] = [];
      for (const { condition, bound } of devicesIn(devices, DEVICES_AT_ONCE)) {
        const [series = []] = await server.ask(
          [
            `SELECT "min", "max", "mean", "last", "count", "good", "rise", "covered_ms" FROM "${POLICY_OF[tier]}"."${MEASUREMENT}" ` +
              `WHERE ${condition} AND "type" = $type AND ${during({ from, to })} GROUP BY "site", "device", "metric"`,
          ],
          { ...bound, type },
        );
        for (const one of series) rollups.push(...rollupsOf(type, one));
      }
      return rollups;
    },

    async keep(tier, rollups) {
      const lines = rollups.map(lineOfRollup);
      for (let start = 0; start < lines.length; start += MOST_LINES) {
        await server.write(lines.slice(start, start + MOST_LINES), POLICY_OF[tier]);
      }
    },
  };
}

async function rows(
  server: InfluxServer,
  { site, devices, type, metrics, from, to, limit, received = false }: RowsAsked,
): Promise<Reading[]> {
  if (metrics && !metrics.every(isMetric)) return [];
  const fields = [...(metrics?.flatMap((metric) => [metric, `q_${metric}`]) ?? []), ...(received ? [DELAY] : [])];
  const most = limit === undefined || limit === Number.MAX_SAFE_INTEGER ? '' : ` LIMIT ${limit}`;
  const read = async ({ condition, bound }: ReturnType<typeof devicesNamed>) => {
    const [series = []] = await server.ask(
      [
        `SELECT ${metrics ? fields.map(escape.quoted).join(', ') : '*'} FROM ${type === undefined ? '/.+/' : escape.quoted(type)} ` +
          `WHERE ${condition}${siteIs(site)}${metrics && received ? withAny(metrics) : ''} AND ${during({ from, to })} GROUP BY "site", "device"${most}`,
      ],
      { ...bound, ...(site === undefined ? {} : { site }) },
    );
    return series.flatMap(readingsOf);
  };
  if (devices === undefined) return read(devicesNamed(undefined));
  const readings: Reading[] = [];
  const left = [...devices];
  for (let atOnce = FIRST_DEVICES; left.length > 0;) {
    const some = left.splice(0, atOnce);
    const found = await read(devicesNamed(some));
    for (const reading of found) readings.push(reading);
    atOnce = Math.min(DEVICES_AT_ONCE, Math.ceil((READINGS_AT_ONCE * some.length) / Math.max(1, found.length)));
  }
  return readings;
}

/** Asks for a value and its weight, device by device. */
async function ask(
  server: InfluxServer,
  asked: PartsAsked,
  { select, group, also = '' }: { select: string; group: string; also?: string },
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const { condition, bound } of devicesIn(asked.devices)) {
    const [series = []] = await server.ask(
      [`SELECT ${select} WHERE ${condition}${siteIs(asked.site)}${also} AND ${during(asked)} GROUP BY ${group}`],
      {
        ...bound,
        ...(asked.site === undefined ? {} : { site: asked.site }),
        ...(also === '' ? {} : { metric: asked.metric }),
      },
    );
    for (const { tags, values } of series) {
      const device = tags['device'] ?? '';
      for (const [at, value, weight] of values) {
        if (value !== null || asked.aggregate === 'good')
          parts.push([device, Number(at), Number(value), Number(weight)]);
      }
    }
  }
  return parts.filter(([, , , weight]) => weight > 0);
}

function readingsOf({ name: type, tags, columns, values }: ResultSeries): Reading[] {
  const [site, device] = [tags['site'] ?? '', tags['device'] ?? ''];
  const readings: Reading[] = [];
  for (const row of values) {
    const reading: Reading = { site, device, type, ts: Number(row[0]), values: {} };
    for (let column = 1; column < columns.length; column++) {
      const [name = '', value] = [columns[column], row[column]];
      if (typeof value !== 'number') continue;
      if (name === DELAY) reading.receivedAt = receivedAfter(reading.ts, value);
      else if (name.startsWith('q_')) (reading.quality ??= {})[name.slice(2)] = value;
      else reading.values[name] = value;
    }
    if (Object.keys(reading.values).length > 0) readings.push(reading);
  }
  return readings;
}

function rollupsOf(type: string, { tags, values }: ResultSeries): Rollup[] {
  const [site, device, metric] = [tags['site'] ?? '', tags['device'] ?? '', tags['metric'] ?? ''];
  return values.map(([at, min, max, mean, last, count, good, rise, coveredMs]) => ({
    site,
    device,
    type,
    metric,
    at: Number(at),
    min: Number(min),
    max: Number(max),
    mean: Number(mean),
    last: Number(last),
    count: Number(count),
    good: Number(good),
    rise: rise === null ? null : Number(rise),
    coveredMs: coveredMs === null ? null : Number(coveredMs),
  }));
}

function lineOfRollup({ device, metric, site, type, ...rollup }: Rollup): string {
  const { at, min, max, mean, last, count, good, rise, coveredMs } = rollup;
  const counter = rise === null ? '' : `,rise=${rise},covered_ms=${coveredMs ?? 0}i`;
  return (
    `${tagged(MEASUREMENT, { device, metric, site, type })} ` +
    `min=${min},max=${max},mean=${mean},last=${last},count=${count}i,good=${good}i${counter} ${at}`
  );
}
