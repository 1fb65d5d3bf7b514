import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeSqliteDialect } from './engines/sqlite/dialect.ts';
import { prepared } from './prepared.ts';

interface Tables {
  account: { id: string; balance: number; note: string | null };
}

const opened: Kysely<Tables>[] = [];
afterEach(() => Promise.all(opened.splice(0).map((db) => db.destroy())));

function open(): Kysely<Tables> {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE account (id TEXT PRIMARY KEY, balance INTEGER NOT NULL, note TEXT)');
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
  opened.push(db);
  return db;
}

const put = prepared((db: Kysely<Tables>, given: Tables['account']) =>
  db
    .insertInto('account')
    .values({ id: given.id, balance: given.balance, note: given.note })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ balance: given.balance })),
);
const find = prepared((db: Kysely<Tables>, given: { id: string; least: number }) =>
  db.selectFrom('account').selectAll().where('id', '=', given.id).where('balance', '>=', given.least).limit(1),
);

describe('A prepared query', () => {
  it('runs with the values of each call, and returns rows and the number of changes', async () => {
    const db = open();
    expect((await put(db, { id: 'a', balance: 1, note: null })).numAffectedRows).toBe(1n);
    expect((await put(db, { id: 'b', balance: 2, note: 'two' })).numAffectedRows).toBe(1n);
    expect((await put(db, { id: 'a', balance: 3, note: 'kept as it was' })).numAffectedRows).toBe(1n);
    expect((await find(db, { id: 'a', least: 3 })).rows).toEqual([{ id: 'a', balance: 3, note: null }]);
    expect((await find(db, { id: 'a', least: 4 })).rows).toEqual([]);
    expect((await find(db, { id: 'b', least: 0 })).rows).toEqual([{ id: 'b', balance: 2, note: 'two' }]);
  });

  it('takes whole rows, and is built anew for a row of other columns', async () => {
    const putRow = prepared(
      (db: Kysely<Tables>, given: { row: Tables['account']; known: Partial<Tables['account']> }) =>
        db
          .insertInto('account')
          .values(given.row)
          .onConflict((conflict) => conflict.column('id').doUpdateSet(given.known)),
    );
    const db = open();
    await putRow(db, { row: { id: 'a', balance: 1, note: null }, known: { balance: 1 } });
    await putRow(db, { row: { id: 'a', balance: 2, note: 'new' }, known: { balance: 2 } });
    expect((await find(db, { id: 'a', least: 0 })).rows).toEqual([{ id: 'a', balance: 2, note: null }]);
    await putRow(db, { row: { id: 'a', balance: 3, note: 'new' }, known: { note: 'new' } });
    expect((await find(db, { id: 'a', least: 0 })).rows).toEqual([{ id: 'a', balance: 2, note: 'new' }]);
  });

  it('is built once for a store, however often it runs', async () => {
    let built = 0;
    const all = prepared((db: Kysely<Tables>, given: { least: number }) => {
      built += 1;
      return db.selectFrom('account').select('id').where('balance', '>', given.least);
    });
    const db = open();
    for (const least of [1, 2, 3]) await all(db, { least });
    await db.transaction().execute((trx) => all(trx, { least: 4 }));
    expect(built).toBe(1);
    await all(open(), { least: 1 });
    expect(built).toBe(2);
  });

  it('refuses a value that cannot be kept', async () => {
    await expect(find(open(), { id: 'a', least: undefined } as never)).rejects.toThrow(/undefined cannot be kept/);
  });
});
