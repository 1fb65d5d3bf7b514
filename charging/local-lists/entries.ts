import type { Kysely, Selectable } from 'kysely';
import { PolisError } from '#estate/errors.ts';
import type { Millis } from '#estate/units.ts';
import { latestRevision, tokenKey, toToken } from '../tokens.ts';
import type { TokenTables } from '../tokens/tables.ts';
import type { ListEntry, ListOrder, ListPart } from './local-list.ts';

type Trx = Kysely<TokenTables>;
type TokenRow = Selectable<TokenTables['id_token']>;

/** What a list holds in full. */
export interface WholeList {
  entries: ListEntry[];
  /** The keys of the tokens that belong to it, JSON; null: all. */
  scope: string | null;
  revision: number;
}

/**
 * What a charger is to hold: of the tokens that belong to its list those that can be shown to it and are good for something.
 * A token that was made here for one session is shown to nobody.
 *
 * @throws PolisError `not-found` for a token that nobody registered; `invalid` when there are more than the charger holds.
 */
export async function tokensFor(
  trx: Trx,
  { order, held }: { order: ListOrder; held: string | null },
): Promise<WholeList> {
  const rows = await trx.selectFrom('id_token').selectAll().where('type', '<>', 'Central').orderBy('key').execute();
  const revision = await latestRevision(trx);
  const keys = scopeOf(order, held, new Set(rows.map(({ key }) => key)));
  const entries = rows
    .filter((row) => keys === null || keys.has(row.key))
    .map((row) => toEntry(row, order))
    .filter((entry) => entry !== null)
    .filter(({ authorisation }) => authorisation !== null);
  if (entries.length > order.mostInAll) {
    const much = `${order.charger} holds ${order.mostInAll} tokens, and these are ${entries.length}`;
    throw new PolisError('invalid', `${much}; name those that it is to know.`);
  }
  return { entries, scope: keys && JSON.stringify([...keys]), revision };
}

/** What changed of them since, and what is to be told again. */
export async function changesFor(
  trx: Trx,
  { order, whole, since }: { order: ListOrder; whole: WholeList; since: number },
): Promise<ListEntry[]> {
  const named = new Set(namedIn(order)?.map(tokenKey));
  const keys = whole.scope === null ? null : new Set(JSON.parse(whole.scope) as string[]);
  const rows = await trx.selectFrom('id_token').selectAll().where('type', '<>', 'Central').orderBy('key').execute();
  return rows
    .filter((row) => (row.revision > since && (keys === null || keys.has(row.key))) || named.has(row.key))
    .map((row) => toEntry(row, order))
    .filter((entry) => entry !== null);
}

/** Cuts a list into messages; the first of a whole one replaces what was there, the others add to it. */
export function partsOf(
  entries: readonly ListEntry[],
  { inFull, most, after }: { inFull: boolean; most: number; after: number },
): ListPart[] {
  const count = Math.max(1, Math.ceil(entries.length / most));
  return Array.from({ length: count }, (_, index) => ({
    mode: inFull && index === 0 ? 'full' : 'differential',
    version: after + index + 1,
    entries: entries.slice(index * most, (index + 1) * most),
  }));
}

function namedIn({ tokens }: ListOrder): readonly string[] | null {
  return tokens === undefined || tokens === 'all' ? null : tokens;
}

/** The keys that belong to a list; null: all. */
function scopeOf(order: ListOrder, held: string | null, known: ReadonlySet<string>): Set<string> | null {
  const named = namedIn(order)?.map(tokenKey) ?? null;
  const unknown = named?.find((key) => !known.has(key));
  if (unknown !== undefined) {
    throw new PolisError('not-found', `There is no token ${unknown} that a reader could be shown; make it first.`);
  }
  if (order.tokens === 'all') return null;
  const before = held === null ? null : (JSON.parse(held) as string[]);
  if (named === null) return before && new Set(before);
  if (order.mode === 'full') return new Set(named);
  return before && new Set([...before, ...named]);
}

/** Null: it cannot be said. */
function toEntry(row: TokenRow, { longestToken, at }: ListOrder): ListEntry | null {
  if (row.token.length > longestToken) return null;
  const { token, ...authorisation } = toToken(row);
  return { token, type: authorisation.type, authorisation: isOfUse(authorisation, at) ? authorisation : null };
}

/** A blocked token is of use: a charger that knows of it refuses it by itself. */
function isOfUse({ status, expiresAt }: { status: string; expiresAt: Millis | null }, at: Millis): boolean {
  return status === 'blocked' || (status === 'accepted' && (expiresAt === null || expiresAt > at));
}
