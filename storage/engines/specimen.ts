import type { Kysely } from 'kysely';
import { PolisError } from '#estate/errors.ts';
import { unit, type RecordsModule } from '../records.ts';

/** For tests: a small room of accounts with a balance, on which every engine is tried. */
interface SpecimenTables {
  specimen_account: { id: string; balance: number; opened_at: number; share: number; note: string | null };
}

type Trx = Kysely<SpecimenTables>;

export interface Account {
  id: string;
  balance: number;
  opened_at: number;
  share: number;
  note: string | null;
}

/** Opens an account; a second one of the same id breaks the key. */
export const openAccount = unit('specimen.open', async (trx: Trx, account: Account): Promise<void> => {
  await trx.insertInto('specimen_account').values(account).execute();
});

export const findAccount = unit(
  'specimen.find',
  async (trx: Trx, id: string): Promise<Account | null> =>
    (await trx.selectFrom('specimen_account').selectAll().where('id', '=', id).executeTakeFirst()) ?? null,
);

/** Reads, adds and writes back: two at once must not lose one. Returns the new balance. */
export const deposit = unit(
  'specimen.deposit',
  async (trx: Trx, input: { id: string; amount: number }): Promise<number> => {
    const known = await findAccount.run(trx, input.id);
    const balance = (known?.balance ?? 0) + input.amount;
    if (known) await trx.updateTable('specimen_account').set({ balance }).where('id', '=', input.id).execute();
    else await openAccount.run(trx, { id: input.id, balance, opened_at: 0, share: 0, note: null });
    return balance;
  },
);

/** Deposits, then fails: with an error of the table, or with a defect. */
export const depositAndFail = unit(
  'specimen.depositAndFail',
  async (trx: Trx, input: { id: string; how: 'refused' | 'defect' }): Promise<void> => {
    await deposit.run(trx, { id: input.id, amount: 1_000_000 });
    if (input.how === 'defect') throw new TypeError('a defect of the unit');
    throw new PolisError('conflict', 'The account is closed; open another.', { details: { account: input.id } });
  },
);

/** How many accounts there are, and the sum of all balances. */
export const audit = unit('specimen.audit', async (trx: Trx): Promise<{ accounts: number; total: number }> => {
  const found = await trx
    .selectFrom('specimen_account')
    .select((all) => [all.fn.countAll<number>().as('accounts'), all.fn.sum<number | null>('balance').as('total')])
    .executeTakeFirstOrThrow();
  return { accounts: found.accounts, total: found.total ?? 0 };
});

/** Answers with lists nested so deep. */
export const nest = unit('specimen.nest', async (_trx: Trx, depth: number): Promise<unknown> =>
  JSON.parse('['.repeat(depth) + ']'.repeat(depth)),
);

export const records: RecordsModule = {
  room: 'specimen',
  units: [openAccount, findAccount, deposit, depositAndFail, audit, nest],
  migrations: [
    {
      id: '0001-accounts',
      async up(db) {
        await db.schema
          .createTable('specimen_account')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('balance', 'bigint', (column) => column.notNull())
          .addColumn('opened_at', 'bigint', (column) => column.notNull())
          .addColumn('share', 'double precision', (column) => column.notNull())
          .addColumn('note', 'text')
          .execute();
      },
    },
  ],
};
