import type { DuckDBConnection } from '@duckdb/node-api';
import { ID_PATTERN, METRIC_PATTERN } from '#estate/ids.ts';
import { PolisError } from '#estate/errors.ts';
import { DELAY } from '../delay.ts';

/** The table of a device type: site, device and ts (ms), then the columns of its metrics in the order they came. */
export interface Table {
  readonly type: string;
  readonly columns: readonly Column[];
}

/**
 * A metric's values, or its qualities: these have a column from the first value on that is not good. NULL is good. Or
 * how late rows were received, which the tables of earlier versions have from the next row on.
 */
export interface Column {
  readonly metric: string;
  readonly holds: 'value' | 'quality' | 'delay';
}

export const DELAY_COLUMN: Column = { metric: DELAY, holds: 'delay' };

/** The tables of one file. */
export interface Tables {
  all(): Table[];
  get(type: string): Table | undefined;
  /** The types whose readings have the metric, whether some of its values are not good, and whether delays are kept. */
  having(metric: string): { type: string; qualified: boolean; delayed: boolean }[];
  /**
   * Makes sure that there is a column.
   *
   * @returns null, or why there cannot be one: DuckDB does not tell W from w.
   */
  provide(type: string, column: Column): Promise<string | null> | null;
}

interface Known {
  type: string;
  columns: Column[];
  /** The metrics as they are written, by their names in lower case. */
  metrics: Map<string, string>;
  names: Set<string>;
}

/** What roll-ups are kept in. */
export const ROLLUP = 'rollup';
const ROLLUP_COLUMNS = `site VARCHAR NOT NULL, device VARCHAR NOT NULL, type VARCHAR NOT NULL, metric VARCHAR NOT NULL,
  "at" BIGINT NOT NULL, "min" DOUBLE, "max" DOUBLE, mean DOUBLE, "last" DOUBLE, "count" INTEGER, good INTEGER,
  rise DOUBLE, covered_ms INTEGER`;

/** Reads which tables a file has; makes that of roll-ups where it is a file of those. */
export async function createTables(
  connection: DuckDBConnection,
  { name, kind }: { name: string; kind: 'raw' | 'quarter' | 'day' },
): Promise<Tables> {
  /** By type in lower case. */
  const known = new Map<string, Known>();
  if (kind !== 'raw') await connection.run(`CREATE TABLE IF NOT EXISTS "${name}".${ROLLUP} (${ROLLUP_COLUMNS})`);
  else {
    const found = await connection.runAndReadAll(
      `SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = $name ORDER BY table_name, column_index`,
      { name },
    );
    for (const [type = '', column = ''] of found.getRowsJS().map((row) => row.map(String))) {
      if (!/^(site|device|ts)$/.test(column)) note(type, columnNamed(column));
    }
  }

  function note(type: string, column: Column) {
    const empty: Known = { type, columns: [], metrics: new Map(), names: new Set() };
    const table = known.get(type.toLowerCase()) ?? empty;
    known.set(type.toLowerCase(), table);
    table.columns.push(column);
    table.names.add(columnName(column));
    table.metrics.set(column.metric.toLowerCase(), column.metric);
  }
  const make = async (type: string, column: Column): Promise<null> => {
    const table = `"${name}".${typeName(type)}`;
    await connection.run(
      `CREATE TABLE IF NOT EXISTS ${table} (site VARCHAR NOT NULL, device VARCHAR NOT NULL, ts BIGINT NOT NULL);
       ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${columnName(column)} ${sqlType(column)};`,
    );
    note(type, column);
    return null;
  };

  return {
    all: () => [...known.values()],
    get: (type) => known.get(type.toLowerCase()),
    having: (metric) =>
      [...known.values()]
        .filter(({ metrics }) => metrics.get(metric.toLowerCase()) === metric)
        .map(({ type, names }) => ({
          type,
          qualified: names.has(qualityColumn(metric)),
          delayed: names.has(columnName(DELAY_COLUMN)),
        })),
    provide(type, column) {
      const table = known.get(type.toLowerCase());
      if (!table) return make(type, column);
      if (table.type !== type) {
        return Promise.resolve(`The type ${type} differs from ${table.type} in upper and lower case only.`);
      }
      const metric = table.metrics.get(column.metric.toLowerCase());
      if (metric !== undefined && metric !== column.metric) {
        return Promise.resolve(`The metric ${column.metric} differs from ${metric} in upper and lower case only.`);
      }
      return table.names.has(columnName(column)) ? null : make(type, column);
    },
  };
}

/** The quoted name of a type's table. */
export function typeName(type: string): string {
  return `"${checked(type, ID_PATTERN)}"`;
}

/** The quoted name of a column. */
export function columnName({ metric, holds }: Column): string {
  if (holds === 'delay') return `"${DELAY}"`;
  return `"${holds === 'quality' ? 'q_' : ''}${checked(metric, METRIC_PATTERN)}"`;
}

function columnNamed(name: string): Column {
  if (name === DELAY) return DELAY_COLUMN;
  return name.startsWith('q_') ? { metric: name.slice(2), holds: 'quality' } : { metric: name, holds: 'value' };
}

/** The quoted name of the column for a metric's values. */
export function valueColumn(metric: string): string {
  return columnName({ metric, holds: 'value' });
}

/** The quoted name of the column for the qualities of a metric. */
export function qualityColumn(metric: string): string {
  return columnName({ metric, holds: 'quality' });
}

export function sqlType({ holds }: Column): 'DOUBLE' | 'INTEGER' {
  return holds === 'value' ? 'DOUBLE' : 'INTEGER';
}

function checked(name: string, pattern: RegExp): string {
  if (!pattern.test(name)) throw new PolisError('internal', `"${name}" came as far as a statement.`);
  return name;
}
