import type { DuckDBConnection } from '@duckdb/node-api';
import { ID_PATTERN, METRIC_PATTERN } from '#estate/ids.ts';
import { PolisError } from '#estate/errors.ts';

/** The table of a device type: site, device and ts (ms), then for each metric its value and, where not good, its quality. */
export interface Table {
  readonly type: string;
  readonly metrics: readonly string[];
}

export interface Tables {
  all(): Table[];
  /**
   * Makes sure that there is a table with a column for the metric.
   *
   * @returns null, or why there cannot be one: DuckDB does not tell W from w.
   */
  provide(type: string, metric: string): Promise<string | null>;
}

/** The tables that the file has. Those named like a device type are ours. */
export async function loadTables(connection: DuckDBConnection): Promise<Tables> {
  /** By name in lower case. */
  const known = new Map<string, { type: string; metrics: Map<string, string> }>();
  const columns = await connection.runAndReadAll(
    `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'main' ORDER BY ordinal_position`,
  );
  for (const [type, column] of columns.getRowsJS().map((row) => row.map(String))) {
    if (type !== undefined && column !== undefined) note(type, column);
  }

  function note(type: string, column: string) {
    const table = known.get(type.toLowerCase()) ?? { type, metrics: new Map<string, string>() };
    known.set(type.toLowerCase(), table);
    if (!/^(site|device|ts|q_.*)$/.test(column)) table.metrics.set(column.toLowerCase(), column);
  }

  return {
    all: () => [...known.values()].map(({ type, metrics }) => ({ type, metrics: [...metrics.values()] })),
    async provide(type, metric) {
      const table = known.get(type.toLowerCase());
      const column = table?.metrics.get(metric.toLowerCase());
      if (table && table.type !== type)
        return `The type ${type} differs from ${table.type} in upper and lower case only.`;
      if (column === metric) return null;
      if (column) return `The metric ${metric} differs from ${column} in upper and lower case only.`;
      await connection.run(
        `CREATE TABLE IF NOT EXISTS ${typeName(type)} (site VARCHAR NOT NULL, device VARCHAR NOT NULL, ts BIGINT NOT NULL);
         ALTER TABLE ${typeName(type)} ADD COLUMN IF NOT EXISTS ${valueColumn(metric)} DOUBLE;
         ALTER TABLE ${typeName(type)} ADD COLUMN IF NOT EXISTS ${qualityColumn(metric)} INTEGER;`,
      );
      note(type, metric);
      return null;
    },
  };
}

/** The quoted name of a type's table. */
export function typeName(type: string): string {
  return `"${checked(type, ID_PATTERN)}"`;
}

/** The quoted name of the column for a metric's values. */
export function valueColumn(metric: string): string {
  return `"${checked(metric, METRIC_PATTERN)}"`;
}

/** The quoted name of the column for the qualities of a metric; NULL is good. */
export function qualityColumn(metric: string): string {
  return `"q_${checked(metric, METRIC_PATTERN)}"`;
}

function checked(name: string, pattern: RegExp): string {
  if (!pattern.test(name)) throw new PolisError('internal', `"${name}" came as far as a statement.`);
  return name;
}
