import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PolisError } from '#estate/errors.ts';
import { unit } from '../../records.ts';
import { audit, deposit, depositAndFail, findAccount, nest } from '../specimen.ts';
import { openSqliteRecords } from './engine.ts';

const modules = [new URL('../specimen.ts', import.meta.url).href];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-sqlite-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = (file: string) => openSqliteRecords({ file, modules });

describe('SQLite records', () => {
  it('run units in the order in which they were asked for, many to one commit', async () => {
    const records = await open(':memory:');
    const balances = Promise.all(Array.from({ length: 2_500 }, () => records.run(deposit, { id: 'order', amount: 1 })));
    expect(records.pending()).toBe(2_500);
    expect(await balances).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1));
    expect(records.pending()).toBe(0);
    await records.close();
  });

  it('undo a unit that fails and keep the others of its commit', async () => {
    const records = await open(':memory:');
    const ends = await Promise.allSettled([
      records.run(deposit, { id: 'a', amount: 1 }),
      records.run(depositAndFail, { id: 'a', how: 'refused' }),
      records.run(
        unit('specimen.unheardOf', async () => null),
        null,
      ),
      records.run(deposit, { id: 'a', amount: 2 }),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(await records.run(audit, null)).toEqual({ accounts: 1, total: 3 });
    await records.close();
  });

  it.each<[string, unknown]>([
    ['that is a function', () => 1],
    ['nested 5,000 deep', JSON.parse('['.repeat(5_000) + ']'.repeat(5_000))],
  ])('refuse an input %s alone, and run the others of its batch in their order', async (_, amount) => {
    const records = await open(':memory:');
    const guilty = [0, 7, 8, 500, 999];
    const ends = await Promise.allSettled(
      Array.from({ length: 1_000 }, (__, n) =>
        records.run(deposit as never, { id: 'order', amount: guilty.includes(n) ? amount : 1 }),
      ),
    );
    const refused = ends.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    const balances = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(refused).toEqual(guilty);
    expect(balances).toEqual(Array.from({ length: 995 }, (__, n) => n + 1));
    expect(records.pending()).toBe(0);
    await records.close();
  });

  it.each([8_000, 200_000])('go on after an answer nested %i deep, which cannot cross back', async (depth) => {
    const records = await open(':memory:');
    await expect(records.run(nest, depth)).rejects.toMatchObject({ code: 'internal' });
    expect(await records.run(deposit, { id: 'a', amount: 1 })).toBe(1);
    await records.close();
  });

  it('carry an error of the table over the thread with its code, sentence and details', async () => {
    const records = await open(':memory:');
    const refused = await records.run(depositAndFail, { id: 'a', how: 'refused' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PolisError);
    expect(refused).toMatchObject({
      code: 'conflict',
      message: 'The account is closed; open another.',
      details: { account: 'a' },
    });
    await records.close();
  });

  it.each([
    ['a defect of a unit', depositAndFail, { id: 'a', how: 'defect' }, /a defect of the unit/],
    ['a unit that no module brings', unit('specimen.unheardOf', async () => null), null, /specimen\.unheardOf/],
    ['an input that cannot cross to the thread', deposit, { id: () => 'a', amount: 1 }, /cannot cross/],
  ])('answer "internal" to %s', async (_, work, input, message) => {
    const records = await open(':memory:');
    await expect(records.run(work as never, input)).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(message) as string,
    });
    await records.close();
  });

  it('finish what waits before they close, and take nothing afterwards', async () => {
    const file = join(folder, 'close.db');
    const records = await open(file);
    const last = records.run(deposit, { id: 'a', amount: 7 });
    await records.close();
    expect(await last).toBe(7);
    await expect(records.run(audit, null)).rejects.toMatchObject({ code: 'unavailable' });
    const again = await open(file);
    expect(await again.run(audit, null)).toEqual({ accounts: 1, total: 7 });
    await again.close();
  });

  it('say so when the file cannot be opened', async () => {
    await expect(open(join(folder, 'no-such-folder', 'records.db'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('leave nothing of a migration that fails half way', async () => {
    const file = join(folder, 'half.db');
    const broken = [...modules, new URL('../specimen-broken.ts', import.meta.url).href];
    await expect(openSqliteRecords({ file, modules: broken })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/specimen_nowhere/) as string,
    });
    const database = new DatabaseSync(file);
    const left = database.prepare(`SELECT name FROM sqlite_master WHERE name LIKE 'specimen%'`).all();
    expect(left).toEqual([]);
    database.close();
  });

  it('answer "unavailable" while another program holds the file, and go on afterwards', async () => {
    const file = join(folder, 'held.db');
    const records = await open(file);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(records.run(deposit, { id: 'a', amount: 1 })).rejects.toMatchObject({ code: 'unavailable' });
    other.exec('ROLLBACK');
    expect(await records.run(deposit, { id: 'a', amount: 1 })).toBe(1);
    other.close();
    await records.close();
  });

  it('keep every confirmed unit when the process is killed', async () => {
    const file = join(folder, 'killed.db');
    const script = `
      import { openSqliteRecords } from '${new URL('./engine.ts', import.meta.url).href}';
      import { deposit } from '${modules[0]}';
      const records = await openSqliteRecords(${JSON.stringify({ file, modules })});
      for (let n = 0; ; n++) {
        const ids = Array.from({ length: 20 }, (_, index) => 'n' + (n * 20 + index));
        await Promise.all(ids.map((id) => records.run(deposit, { id, amount: 1 }).then(() => process.stdout.write(id + '\\n'))));
      }`;
    await writeFile(join(folder, 'child.mjs'), script);
    const child = spawn(process.execPath, [join(folder, 'child.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const confirmed: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      confirmed.push(line);
      if (confirmed.length === 500) child.kill('SIGKILL');
    }
    expect(confirmed.length).toBeGreaterThanOrEqual(500);
    const records = await open(file);
    const found = await Promise.all(confirmed.map((id) => records.run(findAccount, id)));
    expect(found.filter((account) => account?.balance !== 1)).toEqual([]);
    await records.close();
  });
});
