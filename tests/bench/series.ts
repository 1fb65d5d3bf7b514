import { parseArgs } from 'node:util';
import { say, tableOf, writeReport } from './bench.ts';
import { machine } from './machine.ts';
import { perSecond, round } from './row.ts';
import { measureDuckdb } from './series/duckdb.ts';
import { measureInflux } from './series/influx.ts';

/**
 * npm run bench:series [-- --devices 1000 --rounds 40 --json FILE]
 *
 * The series stores: a day of 1,000 devices with ten metrics a minute (14.4 M points) through the contract into DuckDB,
 * what it costs, and how soon dashboards have their answers; the InfluxDB writer against bodies made beforehand, into the
 * same influxd. Exit code 1 when an aim is missed.
 */
const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '40' },
    json: { type: 'string' },
  },
});

say(machine);
const duckdb = await measureDuckdb({ devices: Number(values.devices), rounds: Number(values.rounds) });
const influx = await measureInflux({ batches: 60, rounds: 3 });
const worst = (figures: Record<string, number>) => Math.max(...Object.values(figures));
const ms = (value: number) => `${round(value, 1)} ms`;
const bytes = (value: number) => `${round(value)} B`;

const rows: [name: string, aim: string, measured: string, kept: boolean][] = [
  ['DuckDB ingest', '≥ 1,000,000 points/s', perSecond(duckdb.pointsPerSecond), duckdb.pointsPerSecond >= 1e6],
  ['  stored, a point', '≤ 2 B', bytes(duckdb.bytesStoredPerPoint), duckdb.bytesStoredPerPoint <= 2],
  ['  written, a point', '≤ 20 B', bytes(duckdb.bytesWrittenPerPoint), duckdb.bytesWrittenPerPoint <= 20],
  ['  call at 6,000 points/s', '≤ 20 ms', ms(duckdb.longestCallMs), duckdb.longestCallMs <= 20],
  ['site-day, p95', '< 50 ms', ms(worst(duckdb.siteDayP95Ms)), worst(duckdb.siteDayP95Ms) < 50],
  ['fleet-day, p95', '< 200 ms', ms(worst(duckdb.fleetDayP95Ms)), worst(duckdb.fleetDayP95Ms) < 200],
  [
    'InfluxDB writer',
    '≥ 0.95 × pre-serialised',
    `${round(influx.ratio)} (${perSecond(influx.ours)})`,
    influx.ratio >= 0.95,
  ],
];
const lines = rows.map(([name, aim, measured, kept]) => [name, aim, measured, kept ? 'yes' : 'NO']);
say(tableOf(['', 'aim', 'measured', 'kept'], lines));
say(
  `\nRolling up the day: ${ms(duckdb.rollUpMs)}, ${bytes(duckdb.rollUpBytesWrittenPerPoint)} written and ${bytes(duckdb.rollUpBytesStoredPerPoint)} stored for a raw point.`,
);
for (const [what, figures] of [
  ['Site-day', duckdb.siteDayP95Ms],
  ['Fleet-day', duckdb.fleetDayP95Ms],
] as const) {
  say(
    `${what}, p95: ${Object.entries(figures)
      .map(([name, value]) => `${name} ${ms(value)}`)
      .join(' · ')}`,
  );
}
if (values.json !== undefined) await writeReport(values.json, { duckdb, influx });
process.exitCode = rows.every(([, , , kept]) => kept) ? 0 : 1;
