import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specimenPvWatts } from './checks/specimen-pvwatts.ts';

const BIN = fileURLToPath(new URL('../bin/polisgrid.js', import.meta.url));

/** Runs `polisgrid sim …` as its users do. */
function sim(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { POLISGRID_ADMIN_KEY: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, 'sim', ...words], { env, maxBuffer: 1e8 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'polisgrid-sim-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('polisgrid sim', () => {
  it('lists its commands', async () => {
    const { code, out } = await sim();
    expect(code).toBe(0);
    for (const name of ['estate', 'provision', 'check-sun', 'check-pv', 'check-sessions', 'record', 'replay'])
      expect(out).toContain(name);
  });

  it.each([
    [['estate', '--help'], 0],
    [['moon'], 2],
    [['estate', '--sites', 'many'], 2],
    [['estate', '--colour', 'red'], 2],
    [['provision', '--sites', '2'], 2],
    [['provision', '--sites', '2', '--key', 'k', '--api', 'nowhere'], 2],
    [['provision', '--sites', '2', '--key', 'k', '--api', 'http://127.0.0.1:1'], 3],
    [['check-pv'], 2],
    [['check-pv', 'no-such-file.csv'], 2],
    [['check-sessions', 'no-such-folder'], 2],
    [['check-sessions', '.', '--kind', 'moon'], 2],
  ])('%j ends with %d', async (words, expected) => {
    const { code, out, err } = await sim(...words);
    expect(code).toBe(expected);
    expect(code === 0 ? out : err).not.toBe('');
  });

  it('writes the same bytes for the same seed', async () => {
    const file = join(folder, 'estate.json');
    const written = await sim('estate', '--seed', '5', '--sites', '21', '--out', file);
    const printed = await sim('estate', '--seed', '5', '--sites', '21');
    expect([written.code, printed.code]).toEqual([0, 0]);
    expect(await readFile(file, 'utf8')).toBe(printed.out);
    expect(written.err).toContain('21 sites, 50 chargers');
    expect(written.err).toContain('10 photovoltaic plants');
  });

  it('passes the published positions of the sun', async () => {
    const { code, out } = await sim('check-sun');
    expect(code).toBe(0);
    expect(out).toMatch(/Passed: greatest error 0\.01\d+°/);
  });

  it('names file and line of a bad file', async () => {
    const file = join(folder, 'bad.csv');
    await writeFile(file, specimenPvWatts().replace('4,1,12,500', '4,1,12,much'));
    const { code, err } = await sim('check-pv', file);
    expect(code).toBe(2);
    expect(err).toContain(`${file}: Line 27`);
  });

  it('fails a plant that gives half of what it should', async () => {
    const file = join(folder, 'plant.csv');
    await writeFile(file, specimenPvWatts({ acFactor: 0.5 }));
    const { code, out } = await sim('check-pv', file);
    expect(code).toBe(1);
    expect(out).toContain('UTC+1 by its daylight');
    expect(out).toMatch(/Failed: plane of array [0-2]\.\d\d %/);
  });

  it('fails sessions that no kind of site has', async () => {
    const lines = Array.from({ length: 50 }, () => '2020-02-03T02:30:00,2020-02-03T03:00:00,30,60');
    await writeFile(join(folder, 'night.csv'), ['plug_in,plug_out,charging_minutes,energy_kwh', ...lines].join('\n'));
    await rm(join(folder, 'bad.csv'), { force: true });
    await rm(join(folder, 'plant.csv'), { force: true });
    const { code, out } = await sim('check-sessions', folder);
    expect(code).toBe(1);
    expect(out).toContain('night.csv');
  });
});
