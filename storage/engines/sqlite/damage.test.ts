import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { MINUTE } from '#estate/units.ts';
import { watchForDamage } from './damage.ts';

const PAGE_BYTES = 4_096;
const TABLES = ['sound', 'damaged'];

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-damage-'));
  file = join(folder, 'records.db');
  using database = new DatabaseSync(file);
  for (const table of TABLES) database.exec(`CREATE TABLE ${table} (text TEXT); INSERT INTO ${table} VALUES ('kept')`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Overwrites the second table's one page. */
async function damage(): Promise<void> {
  await using handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(PAGE_BYTES, 0xff), 0, PAGE_BYTES, TABLES.length * PAGE_BYTES);
}

/** What is told of the file when it is looked through for the first time. */
async function told(): Promise<object[]> {
  const lines: object[] = [];
  const note = (level: string) => (fields: object) => void lines.push({ level, ...fields });
  const log = { ...silentLog, debug: note('debug'), warn: note('warn'), error: note('error') };
  const clock = handClock(0);
  const stop = watchForDamage(file, { clock, log });
  await clock.advance(MINUTE - 1);
  expect(lines).toEqual([]);
  await clock.advance(1);
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await stop();
  return lines;
}

describe('The watch for damage', () => {
  it('tells of a damaged page a minute after the start', async () => {
    await damage();
    expect(await told()).toEqual([
      { level: 'error', file, count: 1, found: ['damaged: database disk image is malformed'] },
    ]);
  });

  it('does not complain of a sound file', async () => {
    expect(await told()).toEqual([{ level: 'debug', file }]);
  });

  it('says so when the file cannot be read', async () => {
    await rm(file);
    expect(await told()).toEqual([{ level: 'warn', file, error: expect.stringContaining('unable to open') as string }]);
  });
});
