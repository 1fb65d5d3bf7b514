import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isPinned, machine } from './machine.ts';
import type { Outcome } from './row.ts';
import { MOST_METRICS } from './telemetry/load/packets.ts';
import type { Row } from './telemetry/row.ts';
import { eventLoop } from './telemetry/rows/event-loop.ts';
import { ingest } from './telemetry/rows/ingest.ts';
import { journal } from './telemetry/rows/journal.ts';
import { memory } from './telemetry/rows/memory.ts';
import { overload } from './telemetry/rows/overload.ts';

/**
 * npm run bench:telemetry [-- --only ingest,journal --devices 1000 --rounds 3 --seconds 10 --overload-seconds 60 --json FILE]
 *
 * How fast measurements come in: polisgrid as anyone starts it, with InfluxDB beside it, against mosquitto alone, both on
 * the same single core (Linux, `taskset`), in one run. The load comes from other processes on the other cores over raw
 * sockets. Ratios are what counts, as machines differ. Exit code 1 when an aim is missed.
 */
const ROWS: readonly Row[] = [ingest, journal, overload, memory, eventLoop];

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: ROWS.map(({ name }) => name).join() },
    devices: { type: 'string', default: '1000' },
    metrics: { type: 'string', default: '10' },
    'under-way': { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    'overload-seconds': { type: 'string', default: '60' },
    json: { type: 'string' },
    profile: { type: 'string' },
  },
});
// Where the processes that are started below find it.
if (values.profile !== undefined) process.env['BENCH_PROFILE'] = resolve(values.profile);
const size = {
  devices: Number(values.devices),
  metrics: Math.min(Number(values.metrics), MOST_METRICS),
  underWay: Number(values['under-way']),
  rounds: Number(values.rounds),
  forMs: Number(values.seconds) * 1_000,
  overloadMs: Number(values['overload-seconds']) * 1_000,
};

const wanted = values.only.split(',').map(rowNamed);
const results: (Outcome & { name: string; aim: string; about: string })[] = [];
say(`${machine}; ${isPinned ? 'one core for the server' : 'taskset is missing: the server has all cores'}`);
for (const row of wanted) {
  const { name, aim, about } = row;
  say(`${name}: ${about} …`);
  const outcome = await row.run(size).catch((error: unknown) => ({
    kept: false,
    measured: `failed: ${error instanceof Error ? error.message : String(error)}`,
    figures: {},
  }));
  results.push({ name, aim, about, ...outcome });
  say(`  ${outcome.measured}${'ratio' in outcome ? `, ${outcome.ratio}` : ''}`);
}
const columns = ['', 'aim', 'measured', 'reference', 'ratio', 'kept'];
const lines = results.map((row) => [
  row.name,
  row.aim,
  row.measured,
  row.bare ?? '',
  row.ratio ?? '',
  row.kept ? 'yes' : 'NO',
]);
say(`\n${tableOf([columns, ...lines])}`);
if (values.json !== undefined) {
  const report = { machine, pinned: isPinned, at: new Date().toISOString(), size, rows: results };
  await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
const missed = results.filter(({ kept }) => !kept).map(({ name }) => name);
if (missed.length > 0) say(`\nMissed: ${missed.join(', ')}.`);
process.exitCode = missed.length > 0 ? 1 : 0;

function rowNamed(name: string): Row {
  const row = ROWS.find((one) => one.name === name);
  if (row) return row;
  say(`There is no row "${name}"; there are ${ROWS.map((one) => one.name).join(', ')}.`);
  process.exit(2);
}

function tableOf(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
