import { BIGINT, DOUBLE, INTEGER, LIST, VARCHAR, listValue, type DuckDBConnection } from '@duckdb/node-api';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { Reading } from '#estate/sample.ts';
import type { DeadReading } from '../../series.ts';
import { onlyMetric, qualityOf, sieve } from '../sieve.ts';
import { qualityColumn, typeName, valueColumn, type Tables } from './tables.ts';

interface Row {
  site: string;
  device: string;
  ts: number;
  values: Map<string, { value: number; quality: number | null }>;
}

/** The rows of one table that an append brings, by site, device and instant. */
type Rows = Map<string, Row>;

/** Appends batches, one after another, each in one transaction. */
export function createWriter(connection: DuckDBConnection, tables: Tables) {
  let turn: Promise<unknown> = Promise.resolve();

  const append = async (readings: readonly Reading[]): Promise<DeadReading[]> => {
    const { fit, dead } = sieve(readings);
    try {
      const merged = await mergeRows(fit, { tables, dead });
      await connection.run('BEGIN');
      for (const [type, rows] of merged) await mergeInto(connection, type, rows);
      await connection.run('COMMIT');
      return dead;
    } catch (error) {
      // There is nothing to roll back where it did not come as far as a transaction, or the file is gone.
      await connection.run('ROLLBACK').catch(() => {});
      throw new PolisError('unavailable', `The DuckDB file cannot be written: ${messageOf(error)}`, { cause: error });
    }
  };
  return {
    append(readings: readonly Reading[]): Promise<DeadReading[]> {
      const done = turn.then(() => append(readings));
      turn = done.catch(() => {});
      return done;
    },
  };
}

/** Readings of one device and instant become one row; of two values of a metric the later written stays. */
async function mergeRows(
  readings: readonly Reading[],
  { tables, dead }: { tables: Tables; dead: DeadReading[] },
): Promise<Map<string, Rows>> {
  const merged = new Map<string, Rows>();
  for (const reading of readings) {
    for (const [metric, value] of Object.entries(reading.values)) {
      const reason = await tables.provide(reading.type, metric);
      if (reason) dead.push({ reading: onlyMetric(reading, metric), reason });
      else rowOf(reading, merged).values.set(metric, { value, quality: qualityOf(reading, metric) });
    }
  }
  return merged;
}

function rowOf({ type, site, device, ts }: Reading, merged: Map<string, Rows>): Row {
  const rows = merged.get(type) ?? new Map<string, Row>();
  merged.set(type, rows);
  const key = `${site}\n${device}\n${ts}`;
  const row = rows.get(key) ?? { site, device, ts, values: new Map() };
  rows.set(key, row);
  return row;
}

/** Adds what is new and changes what is different; what is there already is left alone. */
async function mergeInto(connection: DuckDBConnection, type: string, rowsByKey: Rows): Promise<void> {
  const rows = [...rowsByKey.values()];
  const metrics = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))];
  const columns = [
    { name: 'site', list: LIST(VARCHAR), values: rows.map(({ site }) => site) },
    { name: 'device', list: LIST(VARCHAR), values: rows.map(({ device }) => device) },
    { name: 'ts', list: LIST(BIGINT), values: rows.map(({ ts }) => BigInt(ts)) },
    ...metrics.flatMap((metric) => {
      const found = rows.map(({ values }) => values.get(metric));
      return [
        { name: valueColumn(metric), list: LIST(DOUBLE), values: found.map((one) => one?.value ?? null) },
        { name: qualityColumn(metric), list: LIST(INTEGER), values: found.map((one) => one?.quality ?? null) },
      ];
    }),
  ];
  const source = columns.map(({ name }, index) => `unnest($${index + 1}) AS ${name}`).join(', ');
  await connection.run(
    `MERGE INTO ${typeName(type)} AS kept USING (SELECT ${source}) AS came
     ON kept.ts = came.ts AND kept.device = came.device AND kept.site = came.site
     WHEN MATCHED AND (${metrics.map(differs).join(' OR ')}) THEN UPDATE SET ${metrics.map(replaced).join(', ')}
     WHEN NOT MATCHED THEN INSERT BY NAME`,
    columns.map(({ values }) => listValue(values)),
    columns.map(({ list }) => list),
  );
}

function differs(metric: string): string {
  const [value, quality] = [valueColumn(metric), qualityColumn(metric)];
  const changed = `kept.${value} IS DISTINCT FROM came.${value} OR kept.${quality} IS DISTINCT FROM came.${quality}`;
  return `(came.${value} IS NOT NULL AND (${changed}))`;
}

function replaced(metric: string): string {
  const [value, quality] = [valueColumn(metric), qualityColumn(metric)];
  return `${value} = coalesce(came.${value}, kept.${value}),
    ${quality} = if(came.${value} IS NULL, kept.${quality}, came.${quality})`;
}
