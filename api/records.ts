import type { Kysely } from 'kysely';
import { PolisError } from '#estate/errors.ts';
import type { Millis } from '#estate/units.ts';
import { unit, type RecordsModule } from '#storage/records.ts';
import type { Role } from './roles.ts';

/** The people who may sign in, what they did, and the starts that were asked for under an idempotency key. */
interface PeopleTables {
  app_user: { name: string; password_hash: string; role: Role; created_at: number };
  sign_in: { token_mac: string; user_name: string; csrf: string; expires_at: number };
  audit_entry: { id: string; at: number; who: string; what: string; target: string; outcome: number };
  start_claim: { key_mac: string; body_mac: string; session: string; at: number };
}

type Trx = Kysely<PeopleTables>;

export interface User {
  name: string;
  role: Role;
}

export const findUser = unit(
  'api.findUser',
  async (trx: Trx, name: string): Promise<(User & { passwordHash: string }) | null> => {
    const row = await trx.selectFrom('app_user').selectAll().where('name', '=', name).executeTakeFirst();
    return row ? { name: row.name, role: row.role, passwordHash: row.password_hash } : null;
  },
);

export const listUsers = unit('api.listUsers', (trx: Trx, page: { after?: string; limit: number }): Promise<User[]> =>
  trx
    .selectFrom('app_user')
    .select(['name', 'role'])
    .where('name', '>', page.after ?? '')
    .orderBy('name')
    .limit(page.limit)
    .execute(),
);

/** Makes the user when there is none at all; tells whether it did. */
export const addFirstUser = unit(
  'api.addFirstUser',
  async (trx: Trx, input: User & { passwordHash: string; at: Millis }): Promise<boolean> => {
    const anyone = await trx.selectFrom('app_user').select('name').limit(1).executeTakeFirst();
    if (anyone) return false;
    const { name, role, passwordHash, at } = input;
    await trx.insertInto('app_user').values({ name, role, password_hash: passwordHash, created_at: at }).execute();
    return true;
  },
);

/**
 * Makes a user or changes role and password. A new password ends what was signed in with the old one.
 *
 * @throws PolisError `invalid` when a new user has no password; `conflict` when it would take away the last admin.
 */
export const putUser = unit(
  'api.putUser',
  async (trx: Trx, input: User & { passwordHash?: string; at: Millis }): Promise<{ created: boolean }> => {
    const { name, role, passwordHash, at } = input;
    const known = await trx.selectFrom('app_user').select('role').where('name', '=', name).executeTakeFirst();
    if (!known) {
      if (passwordHash === undefined) throw new PolisError('invalid', `${name} is new: give a password too.`);
      await trx.insertInto('app_user').values({ name, role, password_hash: passwordHash, created_at: at }).execute();
      return { created: true };
    }
    if (known.role === 'admin' && role !== 'admin') await anotherAdminMustExist(trx, name);
    const change = passwordHash === undefined ? { role } : { role, password_hash: passwordHash };
    await trx.updateTable('app_user').set(change).where('name', '=', name).execute();
    if (passwordHash !== undefined) await trx.deleteFrom('sign_in').where('user_name', '=', name).execute();
    return { created: false };
  },
);

/** Remembers a sign-in, and forgets those that have expired. */
export const addSignIn = unit(
  'api.addSignIn',
  async (trx: Trx, input: { tokenMac: string; user: string; csrf: string; at: Millis; expiresAt: Millis }) => {
    await trx.deleteFrom('sign_in').where('expires_at', '<=', input.at).execute();
    await trx
      .insertInto('sign_in')
      .values({ token_mac: input.tokenMac, user_name: input.user, csrf: input.csrf, expires_at: input.expiresAt })
      .execute();
  },
);

export const whoSignedIn = unit(
  'api.whoSignedIn',
  async (trx: Trx, input: { tokenMac: string; at: Millis }): Promise<(User & { csrf: string }) | null> => {
    const row = await trx
      .selectFrom('sign_in')
      .innerJoin('app_user', 'app_user.name', 'sign_in.user_name')
      .select(['app_user.name', 'app_user.role', 'sign_in.csrf'])
      .where('token_mac', '=', input.tokenMac)
      .where('expires_at', '>', input.at)
      .executeTakeFirst();
    return row ?? null;
  },
);

export const endSignIn = unit('api.endSignIn', async (trx: Trx, tokenMac: string) => {
  await trx.deleteFrom('sign_in').where('token_mac', '=', tokenMac).execute();
});

export interface AuditEntry {
  id: string;
  at: Millis;
  who: string;
  /** The route, as it is documented. */
  what: string;
  target: string;
  /** The status that was answered. */
  outcome: number;
}

export const addAuditEntry = unit('api.addAuditEntry', async (trx: Trx, entry: AuditEntry) => {
  await trx.insertInto('audit_entry').values(entry).execute();
});

/** Newest first. */
export const listAudit = unit('api.listAudit', (trx: Trx, query: { limit: number }): Promise<AuditEntry[]> =>
  trx.selectFrom('audit_entry').selectAll().orderBy('at', 'desc').orderBy('id').limit(query.limit).execute(),
);

/**
 * Claims an idempotency key for a start. The first claim wins; a later one is told which session it made. A claim
 * lapses at `lapsedBefore`.
 *
 * @throws PolisError `conflict` when the key was used for another body.
 */
export const claimStart = unit(
  'api.claimStart',
  async (
    trx: Trx,
    claim: { keyMac: string; bodyMac: string; session: string; at: Millis; lapsedBefore: Millis },
  ): Promise<{ session: string; fresh: boolean }> => {
    await trx.deleteFrom('start_claim').where('at', '<', claim.lapsedBefore).execute();
    const { keyMac, bodyMac, session, at } = claim;
    await trx
      .insertInto('start_claim')
      .values({ key_mac: keyMac, body_mac: bodyMac, session, at })
      .onConflict((conflict) => conflict.column('key_mac').doNothing())
      .execute();
    const held = await trx
      .selectFrom('start_claim')
      .select(['body_mac', 'session'])
      .where('key_mac', '=', keyMac)
      .executeTakeFirstOrThrow();
    if (held.body_mac !== bodyMac) {
      throw new PolisError('conflict', 'This Idempotency-Key was used for another request; choose a new one.');
    }
    return { session: held.session, fresh: held.session === session };
  },
);

async function anotherAdminMustExist(trx: Trx, besides: string): Promise<void> {
  const other = await trx
    .selectFrom('app_user')
    .select('name')
    .where('role', '=', 'admin')
    .where('name', '<>', besides)
    .executeTakeFirst();
  if (!other) throw new PolisError('conflict', `${besides} is the last admin; make another one first.`);
}

export const records: RecordsModule = {
  room: 'api',
  units: [
    findUser,
    listUsers,
    addFirstUser,
    putUser,
    addSignIn,
    whoSignedIn,
    endSignIn,
    addAuditEntry,
    listAudit,
    claimStart,
  ],
  migrations: [
    {
      id: '0001-people-and-claims',
      async up(db) {
        await db.schema
          .createTable('app_user')
          .addColumn('name', 'text', (column) => column.primaryKey())
          .addColumn('password_hash', 'text', (column) => column.notNull())
          .addColumn('role', 'text', (column) => column.notNull())
          .addColumn('created_at', 'bigint', (column) => column.notNull())
          .execute();
        await db.schema
          .createTable('sign_in')
          .addColumn('token_mac', 'text', (column) => column.primaryKey())
          .addColumn('user_name', 'text', (column) => column.notNull().references('app_user.name'))
          .addColumn('csrf', 'text', (column) => column.notNull())
          .addColumn('expires_at', 'bigint', (column) => column.notNull())
          .execute();
        await db.schema
          .createTable('audit_entry')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('at', 'bigint', (column) => column.notNull())
          .addColumn('who', 'text', (column) => column.notNull())
          .addColumn('what', 'text', (column) => column.notNull())
          .addColumn('target', 'text', (column) => column.notNull())
          .addColumn('outcome', 'integer', (column) => column.notNull())
          .execute();
        await db.schema.createIndex('audit_entry_at').on('audit_entry').column('at').execute();
        await db.schema
          .createTable('start_claim')
          .addColumn('key_mac', 'text', (column) => column.primaryKey())
          .addColumn('body_mac', 'text', (column) => column.notNull())
          .addColumn('session', 'text', (column) => column.notNull())
          .addColumn('at', 'bigint', (column) => column.notNull())
          .execute();
      },
    },
  ],
};
