import { escape } from 'influx';
import { isOfCounter, placeOf, type Part } from '../../rollups/parts.ts';
import type { PartsAsked, Shelf } from '../../rollups/shelf.ts';
import type { Rollup, Tier } from '../../rollups/tiers.ts';
import type { Aggregate } from '../../series.ts';
import { isMetric } from '../sieve.ts';
import { tagged } from './line-protocol.ts';
import { devicesIn, during, measurementsOf, siteIs } from './read.ts';
import { rowsOf } from './rows.ts';
import type { InfluxServer, ResultSeries } from './server.ts';

/** The retention policies that keep roll-ups, in the measurement `rollup`. */
export const POLICY_OF: Readonly<Record<Tier, string>> = { quarter: 'quarter_hours', day: 'days' };
const MEASUREMENT = 'rollup';
const MOST_LINES = 5_000;
/** An answer of more devices would keep other work waiting. */
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
export function createShelf(server: InfluxServer): Omit<Shelf, 'between' | 'renote'> {
  return {
    rows: (asked) => rowsOf(server, asked),

    async rawParts(asked, width) {
      const { metric, aggregate, type } = asked;
      if (!isMetric(metric) || aggregate === 'rise' || aggregate === 'covered') return [];
      const select = `${OF_RAW[aggregate](metric)} AS "value", count(${escape.quoted(metric)}) AS "weight" FROM ${measurementsOf(type)}`;
      const parts = await ask(server, asked, { select, group: `time(${width}ms), "site", "device" fill(none)` });
      if (aggregate !== 'good') return parts;
      return parts.map(([place, at, unfit, count]) => [place, at, (count - unfit) / count, count]);
    },

    async keptParts(tier, asked) {
      const { aggregate, metric, type } = asked;
      const weight = isOfCounter(aggregate) ? '"count" + "covered_ms"' : '"count"';
      const select = `${escape.quoted(FIELDS[aggregate])}, ${weight} FROM "${POLICY_OF[tier]}"."${MEASUREMENT}"`;
      const also = ` AND "metric" = $metric${type === undefined ? '' : ' AND "type" = $type'}`;
      const bound = { metric, ...(type === undefined ? {} : { type }) };
      const parts = await ask(server, asked, { select, group: '"site", "device"', also, bound });
      if (aggregate === 'sum') return parts.map(([place, at, mean, count]) => [place, at, mean * count, count]);
      if (aggregate === 'good') return parts.map(([place, at, good, count]) => [place, at, good / count, count]);
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

    // The server does so by itself.
    drop: () => Promise.resolve(),
  };
}

/** Asks for a value and its weight, device by device of each site. */
async function ask(
  server: InfluxServer,
  asked: PartsAsked,
  { select, group, also = '', bound }: { select: string; group: string; also?: string; bound?: Record<string, string> },
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const { condition, bound: devices } of devicesIn(asked.devices)) {
    const [series = []] = await server.ask(
      [`SELECT ${select} WHERE ${condition}${siteIs(asked.site)}${also} AND ${during(asked)} GROUP BY ${group}`],
      { ...devices, ...bound, ...(asked.site === undefined ? {} : { site: asked.site }) },
    );
    for (const { tags, values } of series) {
      const place = placeOf({ site: tags['site'] ?? '', device: tags['device'] ?? '' });
      for (const [at, value, weight] of values) {
        if (value !== null || asked.aggregate === 'good')
          parts.push([place, Number(at), Number(value), Number(weight)]);
      }
    }
  }
  return parts.filter(([, , , weight]) => weight > 0);
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
  const values = count === 0 ? '' : `min=${min},max=${max},mean=${mean},last=${last},`;
  const counter = rise === null ? '' : `,rise=${rise},covered_ms=${coveredMs ?? 0}i`;
  return `${tagged(MEASUREMENT, { device, metric, site, type })} ${values}count=${count}i,good=${good}i${counter} ${at}`;
}
