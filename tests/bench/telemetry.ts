import { parseArgs } from 'node:util';
import { BENCH_OPTIONS, runBench } from './bench.ts';
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
    ...BENCH_OPTIONS,
    devices: { type: 'string', default: '1000' },
    metrics: { type: 'string', default: '10' },
    'under-way': { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    'overload-seconds': { type: 'string', default: '60' },
  },
});
const size = {
  devices: Number(values.devices),
  metrics: Math.min(Number(values.metrics), MOST_METRICS),
  underWay: Number(values['under-way']),
  rounds: Number(values.rounds),
  forMs: Number(values.seconds) * 1_000,
  overloadMs: Number(values['overload-seconds']) * 1_000,
};
await runBench(ROWS, size, values);
