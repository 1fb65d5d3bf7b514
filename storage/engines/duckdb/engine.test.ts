import { DuckDBInstance } from '@duckdb/node-api';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Quality, type Reading } from '#estate/sample.ts';
import { DAY, MINUTE } from '#estate/units.ts';
import { openDuckdbSeries } from './engine.ts';

const T0 = Date.UTC(2026, 0, 15, 12);
const reading = (n: number, values: Record<string, number>): Reading => {
  return { site: 'barolo', device: 'barolo-grid', type: 'grid-meter', ts: T0 + n, values };
};
/** The CPU time of this thread, ms: what others take of a busy machine is left out. */
const cpuMs = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};
const all = (metric: string) => ({ devices: ['barolo-grid'], metric, from: T0, to: T0 + 1_000_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-duckdb-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('DuckDB series', () => {
  it('take good quality for a value that was bad before', async () => {
    const series = await openDuckdbSeries({ file: ':memory:' });
    await series.append([{ ...reading(0, { W: 1, A: 1 }), quality: { W: Quality.bad, A: Quality.bad } }]);
    await series.append([reading(0, { W: 1 })]);
    expect(await series.last(['barolo-grid'], T0)).toEqual([
      { ...reading(0, { W: 1, A: 1 }), quality: { A: Quality.bad } },
    ]);
    await series.close();
  });

  it('have no place for names that differ in upper and lower case only', async () => {
    const series = await openDuckdbSeries({ file: ':memory:' });
    const dead = await series.append([reading(0, { WL1: 1, wl1: 2 }), { ...reading(1, { W: 1 }), type: 'Grid-Meter' }]);
    expect(dead.map(({ reading: { type, values }, reason }) => [type, values, reason])).toEqual([
      ['grid-meter', { wl1: 2 }, 'The metric wl1 differs from WL1 in upper and lower case only.'],
      ['Grid-Meter', { W: 1 }, 'The type Grid-Meter differs from grid-meter in upper and lower case only.'],
    ]);
    expect(await series.query(all('WL1'))).toHaveLength(1);
    await series.close();
  });

  it('take a metric with the longest name', async () => {
    const series = await openDuckdbSeries({ file: ':memory:' });
    const metric = 'W'.repeat(64);
    expect(await series.append([reading(0, { [metric]: 1 })])).toEqual([]);
    expect(await series.query(all(metric))).toHaveLength(1);
    await series.close();
  });

  it('answer questions while appends are under way, and leave the event loop alone', async () => {
    const series = await openDuckdbSeries({ file: join(folder, 'busy.duckdb') });
    const batch = (k: number) => Array.from({ length: 1_000 }, (_, n) => reading(k * 1_000 + n, { W: n }));
    let longestMs = 0;
    let before = cpuMs();
    const beat = setInterval(() => {
      const now = cpuMs();
      longestMs = Math.max(longestMs, now - before);
      before = now;
    }, 1);
    const appends = Promise.all(Array.from({ length: 20 }, (_, k) => series.append(batch(k))));
    const counts: number[] = [];
    let done = false;
    void appends.then(() => (done = true));
    while (!done) counts.push((await series.query({ ...all('W'), limit: 100_000 }))[0]?.points.length ?? 0);
    clearInterval(beat);
    expect(counts.every((count) => count % 1_000 === 0)).toBe(true);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(longestMs).toBeLessThan(500);
    await series.close();
  });

  it('say so when the file is no DuckDB file', async () => {
    const file = join(folder, 'text.duckdb');
    await writeFile(file, 'This is no database.'.repeat(1_000));
    await expect(openDuckdbSeries({ file })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('put each day into a file of its own, also for late data, and sort it when it is over', async () => {
    const file = join(folder, 'days.duckdb');
    const filesOf = async () => (await readdir(join(folder, 'days'))).filter((name) => /^raw.*\.duckdb$/.test(name));
    const days = [T0, T0 - DAY, T0 - 40 * DAY];
    let series = await openDuckdbSeries({ file });
    await series.append(days.map((ts) => reading(ts - T0, { W: 1 })));
    expect(await filesOf()).toEqual(['raw-2025-12-06.duckdb', 'raw-2026-01-14.duckdb', 'raw-2026-01-15.duckdb']);
    for (let minute = 0; minute < 4; minute++) await series.upkeep(T0 + minute * MINUTE);
    const sealed = ['raw-2025-12-06.sealed.duckdb', 'raw-2026-01-14.sealed.duckdb', 'raw-2026-01-15.duckdb'];
    expect(await filesOf()).toEqual(sealed);
    await series.append([reading(-DAY + 5, { W: 2, A: 3 })]);
    await series.close();
    series = await openDuckdbSeries({ file });
    const asked = { devices: ['barolo-grid'], metric: 'W', from: T0 - 50 * DAY, to: T0 + DAY };
    expect((await series.query(asked))[0]?.points).toEqual([
      [T0 - 40 * DAY, 1],
      [T0 - DAY, 1],
      [T0 - DAY + 5, 2],
      [T0, 1],
    ]);
    expect(await series.append([reading(-DAY + 5, { W: 2 })])).toEqual([]);
    expect((await series.query(asked))[0]?.points).toHaveLength(4);
    await series.close();
    expect(await filesOf()).toEqual(sealed);
  });

  it('take over what the one file of an earlier version holds', async () => {
    const file = join(folder, 'former.duckdb');
    const former = await DuckDBInstance.create(file);
    const connection = await former.connect();
    await connection.run(
      `CREATE TABLE "grid-meter" (site VARCHAR, device VARCHAR, ts BIGINT, "W" DOUBLE, "q_W" INTEGER, "A" DOUBLE, "q_A" INTEGER);
       INSERT INTO "grid-meter" VALUES ('barolo', 'barolo-grid', ${T0}, 1, NULL, 5, 0), ('barolo', 'barolo-grid', ${T0 + DAY}, 2, NULL, NULL, NULL)`,
    );
    connection.closeSync();
    former.closeSync();
    const series = await openDuckdbSeries({ file });
    const asked = { devices: ['barolo-grid'], metric: 'W', from: T0 - DAY, to: T0 + 3 * DAY };
    const points = [
      [T0, 1],
      [T0 + DAY, 2],
    ];
    expect((await series.query(asked))[0]?.points).toEqual(points);
    expect(await series.last(['barolo-grid'], T0)).toEqual([{ ...reading(0, { W: 1, A: 5 }), quality: { A: 0 } }]);
    expect((await series.upkeep(T0 + 3 * DAY)).quarters).toBe(2);
    await series.close();
    expect(existsSync(file)).toBe(false);
    const again = await openDuckdbSeries({ file });
    expect((await again.query(asked))[0]?.points).toEqual(points);
    await again.close();
  });

  it('keep receive times also in the tables of a version that did not', async () => {
    const file = join(folder, 'undelayed.duckdb');
    let series = await openDuckdbSeries({ file });
    await series.append([reading(0, { W: 1 })]);
    await series.close();
    series = await openDuckdbSeries({ file });
    const asked = { ...all('W'), received: true };
    expect((await series.query(asked))[0]?.receivedAt).toEqual([null]);
    await series.append([{ ...reading(1, { W: 2 }), receivedAt: T0 + MINUTE }]);
    await series.append([{ ...reading(0, { A: 3 }), receivedAt: T0 + 2 * MINUTE }]);
    await series.close();
    series = await openDuckdbSeries({ file });
    expect((await series.query(asked))[0]?.receivedAt).toEqual([T0 + 2 * MINUTE, T0 + 1 + MINUTE]);
    expect(await series.last(['barolo-grid'], T0)).toEqual([reading(1, { W: 2, A: 3 })]);
    await series.close();
  });

  it('take nothing after they were closed', async () => {
    const series = await openDuckdbSeries({ file: ':memory:' });
    const last = series.append([reading(0, { W: 1 })]);
    await series.close();
    expect(await last).toEqual([]);
    await expect(series.append([reading(1, { W: 1 })])).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('keep every confirmed reading, in old and new columns, when the process is killed', async () => {
    const file = join(folder, 'killed.duckdb');
    const script = `
      import { openDuckdbSeries } from '${new URL('./engine.ts', import.meta.url).href}';
      const series = await openDuckdbSeries(${JSON.stringify({ file })});
      for (let n = 0; ; n++) {
        const values = { W: n, ['M' + Math.floor(n / 10)]: n };
        await series.append([{ site: 'barolo', device: 'barolo-grid', type: 'grid-meter', ts: ${T0} + n, values }]);
        process.stdout.write(n + '\\n');
      }`;
    await writeFile(join(folder, 'child.mjs'), script);
    const child = spawn(process.execPath, [join(folder, 'child.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
    let confirmed = 0;
    for await (const _ of createInterface(child.stdout)) {
      confirmed++;
      if (confirmed === 100) child.kill('SIGKILL');
    }
    const series = await openDuckdbSeries({ file });
    const [stored] = await series.query(all('W'));
    expect(confirmed).toBeGreaterThanOrEqual(100);
    expect(stored?.points.slice(0, confirmed)).toEqual(Array.from({ length: confirmed }, (_, n) => [T0 + n, n]));
    expect((await series.query(all('M9')))[0]?.points).toHaveLength(10);
    await series.close();
  });
});
