import { DuckDBInstance } from '@duckdb/node-api';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import { DAY, HOUR, SECOND } from '#estate/units.ts';
import { openDuckdbSeries } from '#storage/engines/duckdb/engine.ts';
import { openInfluxSeries } from '#storage/engines/influx/engine.ts';
import type { Series } from '#storage/series.ts';
import { ADMIN_KEY } from '../platform/in-process.ts';
import { startProcess, type PolisgridProcess } from '../platform/process.ts';
import { temporaryFolder, type TemporaryFolder } from '../platform/temporary-folder.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';

/** An export leaves as it is read: one of many days, millions of readings, holds little more than one of a few. */

const FROM = Date.UTC(2026, 0, 5);
/** How many times as long the longer export is. */
const TIMES = 4;
const PERIOD_MS = 20 * SECOND;
const DEVICES = Array.from({ length: 20 }, (_, n) => `meter-${n}`);
const METRICS = ['W', 'VAR', 'Hz', 'TotWhImp'];

let folder: TemporaryFolder;
let influx: InfluxServer;
beforeAll(async () => {
  [folder, influx] = await Promise.all([temporaryFolder(), startInflux()]);
});
afterAll(async () => {
  await influx[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const ENGINES: { engine: string; days: number; url: () => string; open: () => Series | Promise<Series> }[] = [
  {
    engine: 'duckdb',
    // Parquet has failed from 2.8 million on.
    days: 8,
    url: () => 'duckdb',
    open: () => openDuckdbSeries({ file: join(folder.path, 'series.duckdb') }),
  },
  {
    engine: 'influx',
    days: 4,
    url: () => influx.url('exports'),
    open: () => openInfluxSeries({ url: influx.url('exports'), clock: systemClock }),
  },
];

async function fill(series: Series, days: number): Promise<void> {
  for (let hour = FROM; hour < FROM + days * DAY; hour += HOUR) {
    const times = Array.from({ length: HOUR / PERIOD_MS }, (_, n) => hour + n * PERIOD_MS);
    await series.append(times.flatMap((ts) => DEVICES.map((device, n) => readingOf(device, ts, n))));
  }
  // Each day's file is sorted when it is over: not while its memory is looked at.
  for (let day = 0; day < days; day++) await series.upkeep(FROM + 30 * DAY);
  await series.close();
}

function readingOf(device: string, ts: number, n: number) {
  const values = { W: Math.sin(ts + n) * 5_000, VAR: Math.cos(ts + n) * 500, Hz: 50, TotWhImp: (ts - FROM) / SECOND };
  return { site: 'barolo', device, type: 'grid-meter', ts, values };
}

async function memoryMb({ pid }: PolisgridProcess, which: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${which}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}

/** Exports so many days: the bytes that came, and the most memory that the process had meanwhile, MB. */
async function exported({ polisgrid, format }: { polisgrid: PolisgridProcess; format: string }, days: number) {
  // From here on the most is counted anew.
  await writeFile(`/proc/${polisgrid.pid}/clear_refs`, '5');
  const query = `format=${format}&type=grid-meter&metrics=${METRICS.join(',')}&from=${FROM}&to=${FROM + days * DAY}`;
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  const file = createWriteStream(join(folder.path, `export.${format}`));
  const answer = await fetch(`${polisgrid.consoleUrl}/v1/series/export?${query}`, { headers });
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength;
    if (!file.write(part)) await once(file, 'drain');
  }
  await new Promise<void>((resolve) => file.end(resolve));
  return { bytes, status: answer.status, mostMb: await memoryMb(polisgrid, 'VmHWM') };
}

/** What DuckDB reads in the file: how many rows, and whether each comes after the one before it. */
async function rowsOf(format: string) {
  const file = join(folder.path, `export.${format}`);
  const from = format === 'csv' ? `read_csv('${file}', parallel = false)` : `read_parquet('${file}')`;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const found = await connection.runAndReadAll(
    `SELECT count(*)::INTEGER, bool_and(place > previous) FROM (
      SELECT ("time", device) AS place, lag(("time", device)) OVER () AS previous FROM ${from})`,
  );
  const [[rows, isOrdered] = []] = found.getRowsJS();
  connection.closeSync();
  instance.closeSync();
  return { rows, isOrdered };
}

describe.each(ENGINES)('an export of series in $engine', ({ days, url, open }) => {
  beforeAll(async () => fill(await open(), days));

  it.each(['csv', 'parquet'])('as %s of four times as many days takes less than twice the memory', async (format) => {
    const flags = ['--demo', 'off', '--keep-raw-days', '0', '--series', url()];
    await using polisgrid = await startProcess({ data: folder.path, flags });
    await polisgrid.admin.put('/v1/sites/barolo', { name: 'Barolo' });
    for (const id of DEVICES) await polisgrid.admin.put(`/v1/devices/${id}`, { site: 'barolo', type: 'grid-meter' });
    const beforeMb = await memoryMb(polisgrid, 'VmRSS');
    // Twice, as allocators keep what they may need again.
    const few = [
      await exported({ polisgrid, format }, days / TIMES),
      await exported({ polisgrid, format }, days / TIMES),
    ];
    const many = await exported({ polisgrid, format }, days);
    const fewMb = Math.max(...few.map(({ mostMb }) => mostMb)) - beforeMb;
    expect([many.status, many.bytes > 3.5 * (few[0]?.bytes ?? 0)]).toEqual([200, true]);
    expect(many.mostMb - beforeMb).toBeLessThan(2 * fewMb);
    // Every row is there, in its place.
    expect(await rowsOf(format)).toEqual({ rows: (DEVICES.length * days * DAY) / PERIOD_MS, isOrdered: true });
  });
});
