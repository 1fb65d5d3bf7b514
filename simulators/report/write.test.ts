import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SPECIMEN } from './specimen.ts';
import { writeReports } from './write.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-report-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('A run leaves a page, the result as JSON, and JUnit XML', async () => {
  const files = await writeReports(SPECIMEN, join(folder, 'runs', 'blackout-42'));
  const texts = await Promise.all(files.map(({ path }) => readFile(path, 'utf8')));
  expect(files.map(({ path }) => path.split('/').at(-1))).toEqual(['report.html', 'report.json', 'junit.xml']);
  expect(texts[0]).toMatch(/^<!doctype html>/);
  expect(JSON.parse(texts[1] ?? '')).toEqual(SPECIMEN);
  expect(texts[2]).toMatch(/^<\?xml /);
});

it('A folder that cannot be written is named', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(writeReports(SPECIMEN, join(file, 'x'))).rejects.toThrow(`cannot be written to ${join(file, 'x')}`);
});
