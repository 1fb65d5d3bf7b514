import { z } from 'zod';
import type { Millis } from '#estate/units.ts';

/** What a charger knows of a token. */
const knownToken = z.object({
  status: z.string(),
  group: z.string().nullable(),
  expiresAt: z.number().nullable(),
});

export type KnownToken = z.infer<typeof knownToken>;

/** The tokens that a charger knows: those it was sent, and those it asked about. By the token in lower case. */
export const knownTokens = z.object({
  listVersion: z.int(),
  list: z.record(z.string(), knownToken),
  cache: z.record(z.string(), knownToken),
});

export type KnownTokens = z.infer<typeof knownTokens>;

const MOST_CACHED = 1_000;

export function noTokens(): KnownTokens {
  return { listVersion: 0, list: {}, cache: {} };
}

export function keyOf(token: string): string {
  return token.toLowerCase();
}

/** The group of a token, as far as it is known. */
export function groupOf({ list, cache: heard }: KnownTokens, token: string): string | null {
  return (list[keyOf(token)] ?? heard[keyOf(token)])?.group ?? null;
}

/** A time with its zone. */
export const zonedTime = z.iso.datetime({ offset: true }).transform((text): Millis => Date.parse(text));

/** OCPP 1.6 §7.27. */
export const idTagInfo = z
  .object({ status: z.string(), parentIdTag: z.string().optional(), expiryDate: zonedTime.optional() })
  .transform(({ status, parentIdTag: group = null, expiryDate: expiresAt = null }) => ({ status, group, expiresAt }));

/** OCPP 2.0.1 part 2 §2.29. */
export const idTokenInfo = z
  .object({
    status: z.string(),
    groupIdToken: z.object({ idToken: z.string() }).optional(),
    cacheExpiryDateTime: zonedTime.optional(),
  })
  .transform(({ status, groupIdToken, cacheExpiryDateTime: expiresAt = null }) => ({
    status,
    group: groupIdToken?.idToken ?? null,
    expiresAt,
  }));

const answer = z.object({ idTagInfo: idTagInfo.optional(), idTokenInfo: idTokenInfo.optional() });

/** What an answer says of a token; null when it says nothing. */
export function tokenIn(response: unknown): KnownToken | null {
  const { data } = answer.safeParse(response);
  return data?.idTagInfo ?? data?.idTokenInfo ?? null;
}

/** Remembers what was heard of a token, unless the list knows it. The oldest go first. */
export function cache(tokens: KnownTokens, token: string, known: KnownToken): void {
  if (Object.hasOwn(tokens.list, keyOf(token))) return;
  const { [keyOf(token)]: _before, ...others } = tokens.cache;
  tokens.cache = Object.fromEntries([...Object.entries(others).slice(1 - MOST_CACHED), [keyOf(token), known] as const]);
}
