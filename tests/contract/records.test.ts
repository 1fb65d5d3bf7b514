import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PolisError } from '#estate/errors.ts';
import { audit, deposit, depositAndFail, findAccount, openAccount } from '#storage/engines/specimen.ts';
import { openRecords } from '#storage/open.ts';
import type { Records } from '#storage/records.ts';
import { getSite, isEmpty, putSite } from '#storage/registry.ts';
import { startPostgres, type PostgresServer } from '../servers/postgres.ts';

const moduleFile = (file: string) => new URL(`../../storage/${file}`, import.meta.url).href;
const MODULES = [moduleFile('registry.ts'), moduleFile('engines/specimen.ts')];

let folder: string;
let postgres: PostgresServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-records-'));
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const ENGINES = [
  { engine: 'sqlite', url: () => 'sqlite', another: () => Promise.resolve('sqlite:rooms.db') },
  { engine: 'postgres', url: () => postgres.url, another: () => postgres.createDatabase('rooms') },
];

describe.each(ENGINES)('Records in $engine', ({ engine, url, another }) => {
  let records: Records;
  const open = (modules = MODULES) => openRecords(url(), { modules, dataFolder: folder });
  beforeAll(async () => {
    records = await open();
  });
  afterAll(() => records.close());

  it('say which engine keeps them', () => {
    expect(records.engine).toBe(engine);
  });

  it('give back what was stored, with its types', async () => {
    const account = {
      id: 'typed',
      balance: 9_007_199_254_000_001,
      opened_at: 1_700_000_000_123,
      share: 0.1,
      note: 'Forlì, "electricity"; \\ \' $1 電 🔌',
    };
    await records.run(openAccount, account);
    expect(await records.run(findAccount, 'typed')).toEqual(account);
    await records.run(openAccount, { ...account, id: 'plain', balance: -1, note: null });
    expect(await records.run(findAccount, 'plain')).toEqual({ ...account, id: 'plain', balance: -1, note: null });
    expect(await records.run(findAccount, 'nobody')).toBeNull();
  });

  it('take text with U+0000, which devices send', async () => {
    await records.run(openAccount, { id: 'nul', balance: 0, opened_at: 0, share: 0, note: 'ABB\u0000Terra' });
    expect((await records.run(findAccount, 'nul'))?.note).toMatch(/^ABB.Terra$/su);
  });

  it('undo a unit that fails, and hand on its error as it is', async () => {
    await records.run(deposit, { id: 'undone', amount: 5 });
    const refused = await records
      .run(depositAndFail, { id: 'undone', how: 'refused' })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PolisError);
    expect(refused).toMatchObject({
      code: 'conflict',
      message: 'The account is closed; open another.',
      details: { account: 'undone' },
    });
    expect(await records.run(findAccount, 'undone')).toMatchObject({ balance: 5 });
  });

  it('undo a unit with a defect, and call it "internal"', async () => {
    await expect(records.run(depositAndFail, { id: 'defect', how: 'defect' })).rejects.toMatchObject({
      name: 'PolisError',
      code: 'internal',
      message: expect.stringContaining('a defect of the unit') as string,
    });
    expect(await records.run(findAccount, 'defect')).toBeNull();
  });

  it('call a broken key "internal", and go on', async () => {
    const account = { id: 'twice', balance: 1, opened_at: 0, share: 0, note: null };
    await records.run(openAccount, account);
    await expect(records.run(openAccount, account)).rejects.toMatchObject({ name: 'PolisError', code: 'internal' });
    expect(await records.run(deposit, { id: 'twice', amount: 1 })).toBe(2);
  });

  it('lose none of many units at once on the same account', async () => {
    const units = Array.from({ length: 300 }, () => records.run(deposit, { id: 'busy', amount: 1 }));
    expect(records.pending()).toBeGreaterThan(0);
    const balances = await Promise.all(units);
    expect(balances.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(records.pending()).toBe(0);
  });

  it('run many units on many accounts at once', async () => {
    const before = await records.run(audit, null);
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => records.run(deposit, { id: `many-${index % 250}`, amount: 1 })),
    );
    const after = await records.run(audit, null);
    expect(after.accounts - before.accounts).toBe(250);
  });

  it('read what was written before', async () => {
    const site = { id: 'barolo', name: 'Barolo', latitude: 44.6, longitude: 7.9, gridLimitW: 15_000, synthetic: true };
    expect(await records.run(putSite, site)).toEqual({ created: true });
    expect(await records.run(getSite, 'barolo')).toEqual(site);
    expect(await records.run(putSite, { ...site, name: 'Barolo (CN)' })).toEqual({ created: false });
    expect(await records.run(getSite, 'barolo')).toMatchObject({ name: 'Barolo (CN)' });
  });

  it('finish what is under way before they close, keep it, and open again on the same tables', async () => {
    const last = records.run(deposit, { id: 'last', amount: 7 });
    await records.close();
    expect(await last).toBe(7);
    await expect(records.run(audit, null)).rejects.toMatchObject({ code: 'unavailable' });
    records = await open();
    expect(await records.run(findAccount, 'last')).toMatchObject({ balance: 7 });
    expect(await records.run(getSite, 'barolo')).toMatchObject({ name: 'Barolo (CN)' });
  });

  it('make the tables of every room, once', async () => {
    const root = new URL('../../', import.meta.url);
    const rooms = readdirSync(root)
      .map((room) => new URL(`${room}/records.ts`, root))
      .filter((file) => !file.pathname.endsWith('/storage/records.ts') && existsSync(file));
    const modules = [moduleFile('registry.ts'), ...rooms.map(({ href }) => href)];
    const place = await another();
    for (let time = 0; time < 2; time++) {
      const opened = await openRecords(place, { modules, dataFolder: folder });
      expect(await opened.run(isEmpty, null)).toBe(true);
      await opened.close();
    }
  });

  it('leave nothing of a migration that fails half way', async () => {
    const broken = [...MODULES, moduleFile('engines/specimen-broken.ts')];
    await expect(open(broken)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('specimen_nowhere') as string,
    });
    // The half-made table would be in the way of the second attempt, which therefore fails just as the first did.
    await expect(open(broken)).rejects.toMatchObject({
      message: expect.stringContaining('specimen_nowhere') as string,
    });
  });
});
