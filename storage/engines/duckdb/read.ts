import {
  BIGINT,
  DuckDBListValue,
  LIST,
  VARCHAR,
  listValue,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import { placeOf, type Part } from '../../rollups/parts.ts';
import type { PartsAsked } from '../../rollups/shelf.ts';
import type { Aggregate, RowsQuery, SeriesQuery, SeriesResult } from '../../series.ts';
import { boundsOf, lastDay, resultOf, type Point } from '../bounds.ts';
import { isMetric } from '../sieve.ts';
import { overlaid } from './overlaid.ts';
import type { Partition, Partitions } from './partitions.ts';
import { columnName, DELAY_COLUMN, qualityColumn, typeName, valueColumn, type Table } from './tables.ts';

/** How raw points become one; those of counters are made elsewhere. */
const AGGREGATES: Record<Exclude<Aggregate, 'rise' | 'covered'>, string> = {
  mean: 'avg(value)',
  min: 'min(value)',
  max: 'max(value)',
  sum: 'sum(value)',
  last: 'arg_max(value, ts)',
  count: 'count(*)',
  good: 'avg((coalesce(quality, 192) = 192)::INTEGER)',
};

/** What a statement may hold as a parameter. */
const BOUND = {
  devices: LIST(VARCHAR),
  from: BIGINT,
  to: BIGINT,
  limit: BIGINT,
  step: BIGINT,
  site: VARCHAR,
  type: VARCHAR,
  metric: VARCHAR,
};

/** What was found, column by column: in rows it would take several times as long. */
export interface Found {
  count: number;
  columns: readonly (readonly unknown[])[];
}

/** Asks for columns. Values are bound; only names that were checked stand in a statement. */
export type Ask = (sql: string, values: Partial<Record<keyof typeof BOUND, DuckDBValue>>) => Promise<Found>;

export function createAsk(connection: DuckDBConnection): Ask {
  return async (sql, values) => {
    try {
      const found = await connection.runAndReadAll(sql, values, BOUND);
      return { count: found.currentRowCount, columns: found.getColumns() };
    } catch (error) {
      throw new PolisError('unavailable', `The DuckDB files cannot be read: ${messageOf(error)}`, { cause: error });
    }
  };
}

type Asked = Pick<RowsQuery, 'site' | 'devices' | 'from' | 'to'>;

/** The condition on a device and an instant, and what is bound in it. */
export function conditionOf({ site, devices, from, to }: Asked, time: 'ts' | '"at"' = 'ts') {
  const where = [
    `${time} >= $from AND ${time} < $to`,
    ...(devices === undefined ? [] : ['device IN (SELECT unnest($devices))']),
    ...(site === undefined ? [] : ['site = $site']),
  ];
  return {
    where: where.join(' AND '),
    bound: {
      from: BigInt(Math.ceil(from)),
      to: BigInt(Math.ceil(to)),
      ...(devices === undefined ? {} : { devices: listValue([...devices]) }),
      ...(site === undefined ? {} : { site }),
    },
  };
}

/** Answers from raw points. */
export function createReader(ask: Ask, partitions: Partitions) {
  return {
    /** The points themselves. */
    async points(query: SeriesQuery): Promise<SeriesResult[]> {
      const { from, to, limit } = boundsOf(query);
      const points = pointsIn(partitions.between('raw', from, to), query);
      if (points === null || query.devices.length === 0) return [];
      const { where, bound } = conditionOf({ ...query, from, to });
      const found = await ask(
        `SELECT site, device, list(ts::DOUBLE ORDER BY ts), list(value::DOUBLE ORDER BY ts)${query.received ? ', list(delay ORDER BY ts)' : ''}
         FROM (SELECT * FROM (${points}) WHERE value IS NOT NULL AND ${where}
           QUALIFY row_number() OVER (PARTITION BY site, device ORDER BY ts) <= $limit)
         GROUP BY site, device ORDER BY device, site`,
        { ...bound, limit: BigInt(limit) },
      );
      return linesOf(found).map(({ site, device, lists: [at = [], values = [], delays = []] }) => {
        return resultOf(query, { site, device, points: pointsOf(at, values, delays) });
      });
    },

    async parts(asked: PartsAsked, width: number): Promise<Part[]> {
      const { aggregate, from, to } = asked;
      const points = pointsIn(partitions.between('raw', from, to), asked);
      if (points === null || aggregate === 'rise' || aggregate === 'covered') return [];
      const { where, bound } = conditionOf(asked);
      const found = await ask(
        partsIn(`SELECT site, device, (ts // $step) * $step AS "at", ${AGGREGATES[aggregate]} AS value, count(*) AS "count"
          FROM (${points}) WHERE value IS NOT NULL AND ${where} GROUP BY 1, 2, 3`),
        { ...bound, step: BigInt(width) },
      );
      return partsOf(found);
    },

    async last(devices: readonly DeviceId[], now: Millis): Promise<Reading[]> {
      if (devices.length === 0) return [];
      const span = lastDay(now);
      const { where, bound } = conditionOf({ devices, ...span });
      const found: Reading[] = [];
      for (const { name, tables } of partitions.between('raw', span.from, span.to).toReversed()) {
        for (const table of tables.all()) {
          const { count, columns } = await ask(lastOf(name, table, where), bound);
          for (let row = 0; row < count; row++) {
            found.push(
              readingOf(
                table,
                columns.map((column) => column[row]),
              ),
            );
          }
        }
      }
      return newestOf(found);
    },
  };
}

/**
 * Parts of devices in a row each: a text in every row would take longer to read than all the rest.
 *
 * @param select of site, device, "at", value and "count".
 */
export function partsIn(select: string): string {
  return `SELECT site, device, list("at"::DOUBLE), list(value::DOUBLE), list("count"::DOUBLE) FROM (${select}) GROUP BY site, device`;
}

/** What `partsIn` found. */
export function partsOf(found: Found): Part[] {
  const parts: Part[] = [];
  for (const {
    site,
    device,
    lists: [at = [], values = [], weights = []],
  } of linesOf(found)) {
    const place = placeOf({ site, device });
    at.forEach((begin, n) => parts.push([place, Number(begin), Number(values[n]), Number(weights[n])]));
  }
  return parts;
}

/** Rows of site, device and lists. */
function linesOf({ count, columns: [sites = [], devices = [], ...found] }: Found) {
  return Array.from({ length: count }, (_, row) => ({
    site: String(sites[row]),
    device: String(devices[row]),
    lists: found.map((column) => itemsOf(column[row])),
  }));
}

function itemsOf(list: unknown): readonly unknown[] {
  return list instanceof DuckDBListValue ? list.items : [];
}

function pointsOf(at: readonly unknown[], values: readonly unknown[], delays: readonly unknown[]): Point[] {
  return at.map((ts, n) => {
    const delay = delays[n];
    return { at: Number(ts), value: Number(values[n]), delayS: typeof delay === 'number' ? delay : null };
  });
}

/** A statement for all points of a metric, with its quality; null where there are none. */
function pointsIn(
  partitions: readonly Partition[],
  { metric, type: only }: Pick<PartsAsked, 'metric' | 'type'>,
): string | null {
  if (!isMetric(metric)) return null;
  const selects = partitions.flatMap(({ name, tables }) => {
    const having = tables.having(metric).filter(({ type }) => only === undefined || type === only);
    return having.map(({ type, qualified, delayed }) => {
      const quality = qualified ? qualityColumn(metric) : 'NULL::INTEGER';
      const delay = delayed ? columnName(DELAY_COLUMN) : 'NULL::INTEGER';
      // `site` first: DuckDB 1.5.5 fails to bind a column that comes last and is only filtered by.
      return `SELECT site, device, ts, ${valueColumn(metric)} AS value, ${quality} AS quality, ${delay} AS delay FROM "${name}".${typeName(type)}`;
    });
  });
  return selects.length === 0 ? null : selects.join(' UNION ALL ');
}

/** The table's metrics, and whether each has qualities. */
function metricsOf({ columns }: Table): { metric: string; qualified: boolean }[] {
  const qualified = new Set(columns.filter(({ holds }) => holds === 'quality').map(({ metric }) => metric));
  return columns
    .filter(({ holds }) => holds === 'value')
    .map(({ metric }) => ({ metric, qualified: qualified.has(metric) }));
}

/** A row a device: site, device, the newest instant, then each metric's newest value, its instant and its quality. */
function lastOf(database: string, table: Table, where: string): string {
  const newest = metricsOf(table).map(({ metric, qualified }) => {
    const value = valueColumn(metric);
    const quality = qualified
      ? `arg_max_null(${qualityColumn(metric)}, ts) FILTER (${value} IS NOT NULL)`
      : 'NULL::INTEGER';
    return `arg_max(${value}, ts), ${quality}`;
  });
  return `SELECT site, device, max(ts)::DOUBLE, ${newest.join(', ')} FROM "${database}".${typeName(table.type)}
    WHERE ${where} GROUP BY site, device ORDER BY site, device`;
}

function readingOf(table: Table, [site, device, ts, ...newest]: readonly unknown[]): Reading {
  const values: [string, number][] = [];
  const quality: [string, number][] = [];
  metricsOf(table).forEach(({ metric }, index) => {
    const [value, code] = [newest[2 * index], newest[2 * index + 1]];
    if (typeof value === 'number') values.push([metric, value]);
    if (typeof code === 'number') quality.push([metric, code]);
  });
  return {
    site: String(site),
    device: String(device),
    type: table.type,
    ts: Number(ts),
    values: Object.fromEntries(values),
    ...(quality.length === 0 ? {} : { quality: Object.fromEntries(quality) }),
  };
}

/** Of each device one reading: what a later day does not say comes from the one before. */
function newestOf(readings: readonly Reading[]): Reading[] {
  const newest = new Map<string, Reading>();
  for (const reading of readings) {
    const key = `${reading.type}\n${reading.site}\n${reading.device}`;
    const later = newest.get(key);
    newest.set(key, later ? overlaid(reading, later) : reading);
  }
  return [...newest.values()];
}
