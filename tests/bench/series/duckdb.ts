import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { openDuckdbSeries } from '#storage/engines/duckdb/engine.ts';
import type { Counter, Series, SeriesQuery } from '#storage/series.ts';
import { percentile, sizeOf, timed, writtenBytes } from './measure.ts';
import { batchesOf, deviceOf, DEVICES_PER_SITE, METRICS } from './plants.ts';

const FROM = Date.UTC(2026, 5, 10);
const COUNTERS: Counter[] = [
  { type: 'grid-meter', metric: 'TotWhImp', perHour: 10e6 },
  { type: 'pv-inverter', metric: 'TotWhInj', perHour: 10e6 },
];

export interface DuckdbFigures {
  points: number;
  pointsPerSecond: number;
  cpuUsPerPoint: number;
  bytesWrittenPerPoint: number;
  bytesStoredPerPoint: number;
  longestCallMs: number;
  rollUpMs: number;
  rollUpBytesWrittenPerPoint: number;
  rollUpBytesStoredPerPoint: number;
  siteDayP95Ms: Record<string, number>;
  fleetDayP95Ms: Record<string, number>;
  rssMb: number;
}

/** A day of an estate into DuckDB through the contract, and the questions of dashboards. */
export async function measureDuckdb({ devices, rounds }: { devices: number; rounds: number }): Promise<DuckdbFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'polisgrid-bench-series-'));
  const series = await openDuckdbSeries({ file: join(folder, 'series.duckdb'), counters: COUNTERS });
  try {
    const ingested = await ingest(series, devices);
    const longestCallMs = await longestCall(series, devices);
    const before = await writtenBytes();
    const rollUpMs = await timed(() => series.upkeep(FROM + DAY + 2 * HOUR));
    const rollUpBytes = (await writtenBytes()) - before;
    // What was written anew by then is deleted.
    await series.upkeep(FROM + DAY + 2 * HOUR + MINUTE);
    const all = Array.from({ length: devices }, (_, n) => deviceOf(n));
    const siteOf = (n: number) => all.slice(n, n + DEVICES_PER_SITE);
    const sites = (n: number) => siteOf((n * 37 * DEVICES_PER_SITE) % devices);
    const figures = {
      ...ingested,
      longestCallMs,
      rollUpMs,
      rollUpBytesWrittenPerPoint: rollUpBytes / ingested.points,
      siteDayP95Ms: await ask(series, rounds, sites),
      fleetDayP95Ms: await ask(series, rounds, () => all),
      rssMb: process.memoryUsage().rss / 1e6,
    };
    await series.close();
    const stored = join(folder, 'series');
    return {
      ...figures,
      bytesStoredPerPoint: (await sizeOf(stored, /^raw-2026-06-10/)) / ingested.points,
      rollUpBytesStoredPerPoint: (await sizeOf(stored, /^(quarter|day)/)) / ingested.points,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two batches are under way at a time: while one is stored, the next crosses to the thread. */
async function ingest(series: Series, devices: number) {
  const written = await writtenBytes();
  const cpu = process.cpuUsage();
  const begin = performance.now();
  let [points, makingMs] = [0, 0];
  let before: Promise<unknown> = Promise.resolve();
  const batches = batchesOf({ devices, from: FROM, days: 1 });
  for (;;) {
    const from = performance.now();
    const { value: batch } = batches.next();
    makingMs += performance.now() - from;
    if (!batch) break;
    const stored = series.append(batch);
    await before;
    before = stored;
    points += batch.length * METRICS;
  }
  await before;
  const tookMs = performance.now() - begin - makingMs;
  const { user, system } = process.cpuUsage(cpu);
  return {
    points,
    pointsPerSecond: (points / tookMs) * 1_000,
    cpuUsPerPoint: (user + system - makingMs * 1_000) / points,
    bytesWrittenPerPoint: ((await writtenBytes()) - written) / points,
  };
}

/** How long the event loop is held by an append at the estate's own rate: 1,500 points, four times a second. */
async function longestCall(series: Series, devices: number): Promise<number> {
  let longestMs = 0;
  for (const batch of batchesOf({ devices, from: FROM + DAY, days: 1 }).take(40)) {
    const some = batch.slice(0, 1_500 / METRICS);
    const at = performance.now();
    const stored = series.append(some);
    longestMs = Math.max(longestMs, performance.now() - at);
    await stored;
  }
  return longestMs;
}

const QUESTIONS: Record<string, Omit<SeriesQuery, 'devices' | 'from' | 'to'> & { cut?: boolean }> = {
  '15 minutes': { metric: 'W', step: 15 * MINUTE },
  '15 minutes, cut by the minute': { metric: 'W', step: 15 * MINUTE, cut: true },
  'energy of each hour': { metric: 'TotWhImp', step: HOUR, aggregate: 'rise' },
  'greatest of the day': { metric: 'W', step: DAY, aggregate: 'max' },
};

async function ask(series: Series, rounds: number, devicesOf: (round: number) => string[]) {
  const figures: Record<string, number> = {};
  for (const [name, { cut, ...question }] of Object.entries(QUESTIONS)) {
    const span = cut ? { from: FROM + 7 * MINUTE, to: FROM + DAY - 8 * MINUTE } : { from: FROM, to: FROM + DAY };
    const tookMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      tookMs.push(await timed(() => series.query({ ...question, ...span, devices: devicesOf(round) })));
    }
    figures[name] = percentile(tookMs, 0.95);
  }
  return figures;
}
