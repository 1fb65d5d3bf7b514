import { isDeepStrictEqual } from 'node:util';
import type { Millis } from '#estate/units.ts';
import { prepared } from '#storage/prepared.ts';
import { unit } from '#storage/records.ts';
import type { Authorisation, PutToken, Token, TokenStatus, TokenType } from './domain.ts';
import type { ChargingTables, Trx } from './tables.ts';

/** What is compared of a token (OCPP 1.6 §3.8, CiString). */
export function tokenKey(token: string): string {
  return token.toLowerCase();
}

/** Makes a token or changes it; what it had before is replaced. */
export const putToken = unit('charging.putToken', async (trx: Trx, given: PutToken): Promise<{ created: boolean }> => {
  const token: Token = { ...UNSAID, ...given };
  const known = await findToken(trx, token.token);
  if (isDeepStrictEqual(known, token)) return { created: false };
  const row = {
    token: token.token,
    status: token.status,
    token_group: token.group,
    expires_at: token.expiresAt,
    type: token.type,
    master: token.master ? 1 : 0,
    language: token.language,
    message: token.message,
    revision: (await latestRevision(trx)) + 1,
  };
  await trx
    .insertInto('id_token')
    .values({ key: tokenKey(token.token), ...row })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute();
  return { created: known === null };
});

const UNSAID: Omit<Token, 'token' | 'status'> = {
  type: 'ISO14443',
  group: null,
  master: false,
  expiresAt: null,
  language: null,
  message: null,
};

export const getToken = unit('charging.getToken', (trx: Trx, token: string): Promise<Token | null> =>
  findToken(trx, token),
);

export const listTokens = unit(
  'charging.listTokens',
  async (trx: Trx, page: { after?: string; limit: number }): Promise<Token[]> => {
    const rows = await trx
      .selectFrom('id_token')
      .selectAll()
      .where('key', '>', tokenKey(page.after ?? ''))
      .orderBy('key')
      .limit(page.limit)
      .execute();
    return rows.map(toToken);
  },
);

/** What a token is worth at an instant: `invalid` when nobody registered it, `expired` once its time has passed. */
export const authorize = unit('charging.authorize', (trx: Trx, input: { token: string; at: Millis }) =>
  authorisationOf(trx, input),
);

export async function authorisationOf(trx: Trx, input: { token: string; at: Millis }): Promise<Authorisation> {
  const known = await findToken(trx, input.token);
  if (!known) return UNKNOWN;
  const { token: _text, status, ...rest } = known;
  const lapsed = status === 'accepted' && known.expiresAt !== null && known.expiresAt <= input.at;
  return { ...rest, status: lapsed ? 'expired' : status };
}

const UNKNOWN: Authorisation = { ...UNSAID, status: 'invalid' };

/** The number of the last change of any token; 0 before the first. */
export async function latestRevision(trx: Trx): Promise<number> {
  const row = await trx
    .selectFrom('id_token')
    .select('revision')
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.revision ?? 0;
}

async function findToken(trx: Trx, token: string): Promise<Token | null> {
  const [row] = (await findByKey(trx, { key: tokenKey(token) })).rows;
  return row ? toToken(row) : null;
}

const findByKey = prepared((trx: Trx, given: { key: string }) =>
  trx.selectFrom('id_token').selectAll().where('key', '=', given.key),
);

export function toToken(row: ChargingTables['id_token']): Token {
  return {
    token: row.token,
    type: row.type as TokenType,
    status: row.status as TokenStatus,
    group: row.token_group,
    master: row.master === 1,
    expiresAt: row.expires_at,
    language: row.language,
    message: row.message,
  };
}
