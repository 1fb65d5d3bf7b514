import { parseArgs } from 'node:util';
import { BENCH_OPTIONS, runBench } from './bench.ts';
import type { Row } from './row.ts';
import { abuse } from './rows/abuse.ts';
import { growth } from './rows/growth.ts';
import { latency } from './rows/latency.ts';
import { memory } from './rows/memory.ts';
import { saturation16, saturation201, saturationPostgres } from './rows/saturation.ts';
import { start } from './rows/start.ts';
import { storm, stormWithSlowCommits } from './rows/storm.ts';

/**
 * npm run bench:ocpp [-- --only storm,latency --chargers 5000 --rounds 3 --seconds 5 --sessions 1000000 --json FILE --profile FOLDER]
 *
 * How fast the chargers' front is: polisgrid as anyone starts it, with its real stores, against a bare `ws` server that
 * keeps and checks nothing, both on the same single core (Linux, `taskset`), in one run. The load comes from other
 * processes on the other cores over raw sockets. Ratios are what counts, as machines differ. Exit code 1 when an aim
 * is missed.
 */
const ROWS: readonly Row[] = [
  storm,
  stormWithSlowCommits,
  saturation16,
  saturation201,
  latency,
  memory,
  start,
  growth,
  saturationPostgres,
  abuse,
];

const { values } = parseArgs({
  options: {
    ...BENCH_OPTIONS,
    chargers: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    sessions: { type: 'string', default: '1000000' },
  },
});
const size = {
  chargers: Number(values.chargers),
  rounds: Number(values.rounds),
  forMs: Number(values.seconds) * 1_000,
  sessions: Number(values.sessions),
};
await runBench(ROWS, size, values);
