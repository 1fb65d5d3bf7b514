import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Quality, type Reading } from '#estate/sample.ts';
import { openDuckdbSeries } from './engine.ts';

const T0 = Date.UTC(2026, 0, 15, 12);
const reading = (n: number, values: Record<string, number>): Reading => {
  return { site: 'barolo', device: 'barolo-grid', type: 'grid-meter', ts: T0 + n, values };
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
    let before = performance.now();
    const beat = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - before);
      before = performance.now();
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
