import { BIGINT, LIST, VARCHAR, listValue, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { Aggregate, SeriesQuery, SeriesResult } from '../../series.ts';
import { boundsOf, lastDay, resultsOf } from '../bounds.ts';
import { isMetric } from '../sieve.ts';
import { qualityColumn, typeName, valueColumn, type Table, type Tables } from './tables.ts';

const AGGREGATES: Record<Aggregate, string> = {
  mean: 'avg(value)',
  min: 'min(value)',
  max: 'max(value)',
  sum: 'sum(value)',
  last: 'arg_max(value, ts)',
  count: 'count(*)',
};

/** What a statement may hold as a parameter. */
const BOUND = { devices: LIST(VARCHAR), from: BIGINT, to: BIGINT, limit: BIGINT, step: BIGINT, site: VARCHAR };

/** Answers what dashboards ask. Values are bound; only names that were checked stand in a statement. */
export function createReader(connection: DuckDBConnection, tables: Tables) {
  const rowsOf = async (sql: string, values: Record<string, DuckDBValue>): Promise<unknown[][]> => {
    try {
      return (await connection.runAndReadAll(sql, values, BOUND)).getRowsJS();
    } catch (error) {
      throw new PolisError('unavailable', `The DuckDB file cannot be read: ${messageOf(error)}`, { cause: error });
    }
  };
  return {
    async query(query: SeriesQuery): Promise<SeriesResult[]> {
      const holding = tables.all().filter(({ metrics }) => metrics.includes(query.metric));
      if (!isMetric(query.metric) || holding.length === 0 || query.devices.length === 0) return [];
      const { from, to, limit, step, aggregate } = boundsOf(query);
      const points = holding
        // `site` first: DuckDB 1.5.5 fails to bind a column that comes last and is only filtered by.
        .map(({ type }) => `SELECT site, device, ts, ${valueColumn(query.metric)} AS value FROM ${typeName(type)}`)
        .join(' UNION ALL ');
      const rows = await rowsOf(
        `WITH points AS (
           SELECT device, ts, value FROM (${points})
           WHERE value IS NOT NULL AND ts >= $from AND ts < $to AND device IN (SELECT unnest($devices))
           ${query.site === undefined ? '' : 'AND site = $site'}
         ), steps AS (${step === null ? 'FROM points' : stepsOf(aggregate)})
         SELECT device, ts::DOUBLE, value::DOUBLE FROM steps
         QUALIFY row_number() OVER (PARTITION BY device ORDER BY ts) <= $limit ORDER BY device, ts`,
        {
          devices: listValue([...query.devices]),
          from: BigInt(from),
          to: BigInt(to),
          limit: BigInt(limit),
          ...(step === null ? {} : { step: BigInt(step) }),
          ...(query.site === undefined ? {} : { site: query.site }),
        },
      );
      return resultsOf(
        query.metric,
        rows.map(([device, at, value]) => [String(device), Number(at), Number(value)] as const),
      );
    },

    async last(devices: readonly DeviceId[], now: Millis): Promise<Reading[]> {
      if (devices.length === 0) return [];
      const { from, to } = lastDay(now);
      const bound = { devices: listValue([...devices]), from: BigInt(from), to: BigInt(to) };
      const found: Reading[] = [];
      for (const table of tables.all()) {
        for (const row of await rowsOf(lastOf(table), bound)) found.push(readingOf(table, row));
      }
      return found;
    },
  };
}

function stepsOf(aggregate: Aggregate): string {
  return `SELECT device, (ts // $step) * $step AS ts, ${AGGREGATES[aggregate]} AS value FROM points GROUP BY ALL`;
}

/** A row a device: site, device, the newest instant, then each metric's newest value and the quality it came with. */
function lastOf({ type, metrics }: Table): string {
  const newest = metrics.map((metric) => {
    const value = valueColumn(metric);
    return `arg_max(${value}, ts), arg_max_null(${qualityColumn(metric)}, ts) FILTER (${value} IS NOT NULL)`;
  });
  return `SELECT site, device, max(ts)::DOUBLE, ${newest.join(', ')} FROM ${typeName(type)}
    WHERE ts >= $from AND ts < $to AND device IN (SELECT unnest($devices)) GROUP BY site, device ORDER BY site, device`;
}

function readingOf({ type, metrics }: Table, [site, device, ts, ...newest]: readonly unknown[]): Reading {
  const values: [string, number][] = [];
  const quality: [string, number][] = [];
  metrics.forEach((metric, index) => {
    const [value, code] = [newest[2 * index], newest[2 * index + 1]];
    if (typeof value === 'number') values.push([metric, value]);
    if (typeof code === 'number') quality.push([metric, code]);
  });
  return {
    site: String(site),
    device: String(device),
    type,
    ts: Number(ts),
    values: Object.fromEntries(values),
    ...(quality.length === 0 ? {} : { quality: Object.fromEntries(quality) }),
  };
}
