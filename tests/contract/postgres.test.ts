import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit, deposit } from '#storage/engines/specimen.ts';
import { openRecords } from '#storage/open.ts';
import type { Records } from '#storage/records.ts';
import { freePort } from '../servers/server.ts';
import { startPostgres, type PostgresServer } from '../servers/postgres.ts';

const modules = [new URL('../../storage/engines/specimen.ts', import.meta.url).href];
const open = (url: string) => openRecords(url, { modules, dataFolder: '.' });

describe('PostgreSQL', () => {
  let server: PostgresServer;
  let records: Records;
  beforeAll(async () => {
    server = await startPostgres();
    records = await open(server.url);
  });
  afterAll(async () => {
    await records.close();
    await server[Symbol.asyncDispose]();
  });

  it('may be opened by several processes at the same time', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, () => open(server.url)));
    await Promise.all(others.map((other) => other.run(deposit, { id: 'shared', amount: 1 })));
    expect(await records.run(deposit, { id: 'shared', amount: 1 })).toBe(5);
    await Promise.all(others.map((other) => other.close()));
  });

  it('may cut every connection: what was under way is "unavailable" or done, and the next unit goes through', async () => {
    const before = await records.run(audit, null);
    const witness = new pg.Client({ connectionString: server.url });
    await witness.connect();
    const units = Array.from({ length: 1_000 }, (_, index) => records.run(deposit, { id: `cut-${index}`, amount: 1 }));
    await witness.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()`);
    const ends = await Promise.allSettled(units);
    const cut = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
    expect(cut.length).toBeGreaterThan(0);
    for (const reason of cut) expect(reason).toMatchObject({ name: 'PolisError', code: 'unavailable' });
    await expect.poll(() => records.run(deposit, { id: 'after', amount: 1 }).catch(() => 0)).toBeGreaterThan(0);
    const done = ends.filter(({ status }) => status === 'fulfilled').length;
    const after = await records.run(audit, null);
    // A unit whose commit was under way may be stored though its answer is lost; a confirmed one must be.
    expect(after.accounts - before.accounts - 1).toBeGreaterThanOrEqual(done);
    await witness.end();
  });

  it('may stop and come back: units are "unavailable" meanwhile', async () => {
    await records.run(deposit, { id: 'kept', amount: 3 });
    await server.stop();
    await expect(records.run(deposit, { id: 'kept', amount: 1 })).rejects.toMatchObject({
      name: 'PolisError',
      code: 'unavailable',
    });
    await server.start();
    expect(await records.run(deposit, { id: 'kept', amount: 1 })).toBe(4);
  });

  it('is "unavailable" at the start when nobody listens, and the password stays out of the message', async () => {
    const opened = open(`postgres://polisgrid:hunter2@127.0.0.1:${await freePort()}/postgres`);
    const refused = await opened.catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'unavailable', message: expect.not.stringContaining('hunter2') as string });
  });

  it('is "unavailable" at the start when the database is not there', async () => {
    await expect(open(server.url.replace(/postgres$/, 'nowhere'))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('nowhere') as string,
    });
  });
});
