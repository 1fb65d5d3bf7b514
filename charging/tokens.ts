import { unit } from '#storage/records.ts';
import type { Millis } from '#estate/units.ts';
import type { Token, TokenStatus } from './domain.ts';
import type { ChargingTables, Trx } from './tables.ts';

/** What is compared of a token (OCPP 1.6 §3.8, CiString). */
export function tokenKey(token: string): string {
  return token.toLowerCase();
}

/** Makes a token or changes it; what it had before is replaced. */
export const putToken = unit('charging.putToken', async (trx: Trx, token: Token): Promise<{ created: boolean }> => {
  const known = await findToken(trx, token.token);
  const row = {
    token: token.token,
    status: token.status,
    token_group: token.group,
    expires_at: token.expiresAt,
  };
  await trx
    .insertInto('id_token')
    .values({ key: tokenKey(token.token), ...row })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute();
  return { created: known === null };
});

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

export interface Authorisation {
  status: TokenStatus;
  group: string | null;
  expiresAt: Millis | null;
}

/** What a token is worth at an instant: `invalid` when nobody registered it, `expired` once its time has passed. */
export const authorize = unit('charging.authorize', (trx: Trx, input: { token: string; at: Millis }) =>
  authorisationOf(trx, input),
);

export async function authorisationOf(trx: Trx, input: { token: string; at: Millis }): Promise<Authorisation> {
  const token = await findToken(trx, input.token);
  if (!token) return { status: 'invalid', group: null, expiresAt: null };
  const lapsed = token.status === 'accepted' && token.expiresAt !== null && token.expiresAt <= input.at;
  return { status: lapsed ? 'expired' : token.status, group: token.group, expiresAt: token.expiresAt };
}

async function findToken(trx: Trx, token: string): Promise<Token | null> {
  const row = await trx.selectFrom('id_token').selectAll().where('key', '=', tokenKey(token)).executeTakeFirst();
  return row ? toToken(row) : null;
}

function toToken(row: ChargingTables['id_token']): Token {
  return {
    token: row.token,
    status: row.status as TokenStatus,
    group: row.token_group,
    expiresAt: row.expires_at,
  };
}
