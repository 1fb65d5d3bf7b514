import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '../../../platform/temporary-folder.ts';
import { startInflux } from '../../../servers/influx.ts';
import { untilQuiet } from '../../machine.ts';
import { round } from '../../row.ts';
import { createFleet } from '../fleet.ts';
import type { Row } from '../row.ts';
import { startPolisgrid } from '../subjects.ts';

const PER_SECOND = 200;
const METRICS = 25;
const MOST_MS = 20;
/** Roll-ups are brought up to date each minute. */
const FOR_MS = 75_000;

export const eventLoop: Row = {
  name: 'event-loop',
  about: `the longest stall at ${PER_SECOND} messages/s of ${METRICS} points, without what the thread waited for the core`,
  aim: `≤ ${MOST_MS} ms`,
  async run({ devices }) {
    await using influx = await startInflux();
    const duckdb = await delaysWith('duckdb', devices);
    const overInflux = await delaysWith(influx.url('bench'), devices);
    const most = Math.max(duckdb.most.ownMs, overInflux.most.ownMs);
    return {
      kept: most <= MOST_MS,
      measured: `${duckdb.most.ownMs} ms DuckDB, ${overInflux.most.ownMs} ms InfluxDB`,
      reference: `${duckdb.most.ms} ms, ${overInflux.most.ms} ms with it`,
      figures: { duckdb, influx: overInflux },
    };
  },
};

async function delaysWith(series: string, devices: number) {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'delays.json');
  const preload = { file: 'loop-delay.ts', environment: { BENCH_LOOP_DELAY: file } };
  await using own = await startPolisgrid({ devices, series, preload });
  using fleet = createFleet({ devices, processes: 1 });
  await fleet.connect({ port: own.port, metrics: METRICS });
  await untilQuiet(own.pid);
  const read = async () => {
    process.kill(own.pid, 'SIGUSR2');
    await wait(1_000);
    return JSON.parse(await readFile(file, 'utf8')) as { ms: number; ownMs: number }[];
  };
  await read();
  await fleet.offer({ forMs: FOR_MS, perSecond: PER_SECOND });
  const delays = await read();
  const sorted = (of: 'ms' | 'ownMs') => Float64Array.from(delays.map((delay) => delay[of])).toSorted();
  const quantile = (share: number) => ({
    ms: round(sorted('ms')[Math.floor((delays.length - 1) * share)] ?? Infinity, 1),
    ownMs: round(sorted('ownMs')[Math.floor((delays.length - 1) * share)] ?? Infinity, 1),
  });
  return { rounds: delays.length, p50: quantile(0.5), p99: quantile(0.99), p999: quantile(0.999), most: quantile(1) };
}
