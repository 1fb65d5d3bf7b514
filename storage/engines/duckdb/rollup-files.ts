import { BIGINT, DOUBLE, INTEGER, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { isOfCounter, type Part } from '../../rollups/parts.ts';
import type { PartsAsked, Shelf } from '../../rollups/shelf.ts';
import { beginOf, WIDTH, type Rollup, type Tier } from '../../rollups/tiers.ts';
import type { Aggregate } from '../../series.ts';
import { appendRows } from './append-rows.ts';
import type { Partitions } from './partitions.ts';
import { conditionOf, partsIn, partsOf, type Ask } from './read.ts';
import { ROLLUP } from './tables.ts';

const VALUES: Record<Aggregate, string> = {
  mean: 'mean',
  min: '"min"',
  max: '"max"',
  sum: 'mean * "count"',
  last: '"last"',
  count: '"count"',
  good: 'good / "count"',
  rise: 'rise',
  covered: 'covered_ms',
};

const COLUMNS = [
  { name: 'site', type: VARCHAR, of: ({ site }: Rollup) => site },
  { name: 'device', type: VARCHAR, of: ({ device }: Rollup) => device },
  { name: 'type', type: VARCHAR, of: ({ type }: Rollup) => type },
  { name: 'metric', type: VARCHAR, of: ({ metric }: Rollup) => metric },
  { name: '"at"', type: BIGINT, of: ({ at }: Rollup) => BigInt(at) },
  { name: '"min"', type: DOUBLE, of: ({ min }: Rollup) => min },
  { name: '"max"', type: DOUBLE, of: ({ max }: Rollup) => max },
  { name: 'mean', type: DOUBLE, of: ({ mean }: Rollup) => mean },
  { name: '"last"', type: DOUBLE, of: ({ last }: Rollup) => last },
  { name: '"count"', type: INTEGER, of: ({ count }: Rollup) => count },
  { name: 'good', type: INTEGER, of: ({ good }: Rollup) => good },
  { name: 'rise', type: DOUBLE, of: ({ rise }: Rollup) => rise },
  { name: 'covered_ms', type: INTEGER, of: ({ coveredMs }: Rollup) => coveredMs },
];

/** Where rolled-up steps wait to be put in place of those that are there. */
const STAGE = 'stage';

/** The files of roll-ups. */
export function createRollupFiles(
  connection: DuckDBConnection,
  ask: Ask,
  partitions: Partitions,
): Pick<Shelf, 'keptParts' | 'kept' | 'keep'> {
  const tablesOf = (tier: Tier, { from, to }: { from: number; to: number }, columns: string) =>
    partitions
      .between(tier, from, to)
      .map(({ name }) => `SELECT ${columns} FROM "${name}".${ROLLUP}`)
      .join(' UNION ALL ');

  return {
    async keptParts(tier: Tier, asked: PartsAsked): Promise<Part[]> {
      const value = VALUES[asked.aggregate];
      const weight = isOfCounter(asked.aggregate) ? '"count" + covered_ms' : '"count"';
      const columns = `site, device, type, metric, "at", (${value})::DOUBLE AS value, ${weight} AS "count"`;
      const rollups = tablesOf(tier, asked, columns);
      if (rollups === '') return [];
      const { where, bound } = conditionOf(asked, '"at"');
      const { metric, type } = asked;
      const found = await ask(
        partsIn(`SELECT site, device, "at", value, "count" FROM (${rollups})
          WHERE metric = $metric${type === undefined ? '' : ' AND type = $type'} AND "count" > 0 AND value IS NOT NULL AND ${where}`),
        { ...bound, metric, ...(type === undefined ? {} : { type }) },
      );
      return partsOf(found);
    },

    async kept(tier, { type, ...asked }) {
      const rollups = tablesOf(tier, asked, '*');
      if (rollups === '') return [];
      const { where, bound } = conditionOf(asked, '"at"');
      const { count, columns } = await ask(
        `SELECT * REPLACE ("at"::DOUBLE AS "at") FROM (${rollups}) WHERE type = $type AND ${where}`,
        { ...bound, type },
      );
      return Array.from({ length: count }, (_, row) => rollupOf(columns.map((column) => column[row])));
    },

    async keep(tier, rollups) {
      for (const [day, rows] of Map.groupBy(rollups, ({ at }) => beginOf(at, WIDTH.day))) {
        const { name } = await partitions.provide(tier, day);
        await replace(connection, name, rows);
      }
    },
  };
}

async function replace(connection: DuckDBConnection, database: string, rows: readonly Rollup[]): Promise<void> {
  const names = COLUMNS.map(({ name }) => name).join(', ');
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${STAGE} AS SELECT ${names} FROM "${database}".${ROLLUP} LIMIT 0`);
  await appendRows(connection, { database: 'temp', table: STAGE, columns: COLUMNS, rows });
  await connection.run('BEGIN');
  try {
    await connection.run(
      `DELETE FROM "${database}".${ROLLUP} AS kept USING ${STAGE} AS came WHERE kept."at" = came."at"
         AND kept.device = came.device AND kept.metric = came.metric AND kept.site = came.site AND kept.type = came.type;
       INSERT INTO "${database}".${ROLLUP} SELECT ${names} FROM ${STAGE} ORDER BY metric, "at", device`,
    );
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => {});
    throw error;
  }
}

function rollupOf(row: readonly unknown[]): Rollup {
  const [site, device, type, metric, at, min, max, mean, last, count, good, rise, coveredMs] = row;
  return {
    site: String(site),
    device: String(device),
    type: String(type),
    metric: String(metric),
    at: Number(at),
    min: Number(min),
    max: Number(max),
    mean: Number(mean),
    last: Number(last),
    count: Number(count),
    good: Number(good),
    rise: rise === null ? null : Number(rise),
    coveredMs: coveredMs === null ? null : Number(coveredMs),
  };
}
