import { z } from 'zod';
import { handler, type Handler, statusOnly } from './dialect.ts';
import { idTagInfo, idTokenInfo, keyOf, type KnownToken, type KnownTokens } from './tokens.ts';

/** As many tokens as fit. */
const MOST_LISTED = 1_000;

interface ListMessage {
  version: number;
  updateType: 'Full' | 'Differential';
  /** Null: it is to be forgotten. */
  entries: (readonly [token: string, known: KnownToken | null])[];
}

/** Takes a list or a part of one, and says what came of it (OCPP 1.6 §5.15; OCPP 2.0.1 use case D01). */
function take(tokens: KnownTokens, { version, updateType: type, entries }: ListMessage): string {
  if (type === 'Differential' && version <= tokens.listVersion) return 'VersionMismatch';
  const list = new Map(type === 'Full' ? [] : Object.entries(tokens.list));
  for (const [token, known] of entries) {
    if (known) list.set(keyOf(token), known);
    else list.delete(keyOf(token));
  }
  if (list.size > MOST_LISTED) return 'Failed';
  Object.assign(tokens, { list: Object.fromEntries(list), listVersion: version });
  return 'Accepted';
}

const updateType = z.enum(['Full', 'Differential']);

const v16: Record<string, Handler> = {
  SendLocalList: handler(
    z.object({
      listVersion: z.int(),
      updateType,
      localAuthorizationList: z.array(z.object({ idTag: z.string(), idTagInfo: idTagInfo.optional() })).default([]),
    }),
    'FormationViolation',
    ({ listVersion: version, localAuthorizationList: list, ...sent }, { tokens }) => {
      const entries = list.map((entry) => [entry.idTag, entry.idTagInfo ?? null] as const);
      return statusOnly(take(tokens, { ...sent, version, entries }));
    },
  ),
  GetLocalListVersion: (_payload, { tokens }) => ({ payload: { listVersion: tokens.listVersion } }),
};

const v201: Record<string, Handler> = {
  SendLocalList: handler(
    z.object({
      versionNumber: z.int(),
      updateType,
      localAuthorizationList: z
        .array(z.object({ idToken: z.object({ idToken: z.string() }), idTokenInfo: idTokenInfo.optional() }))
        .default([]),
    }),
    'FormatViolation',
    ({ versionNumber: version, localAuthorizationList: list, ...sent }, { tokens }) => {
      const entries = list.map((entry) => [entry.idToken.idToken, entry.idTokenInfo ?? null] as const);
      return statusOnly(take(tokens, { ...sent, version, entries }));
    },
  ),
  GetLocalListVersion: (_payload, { tokens }) => ({ payload: { versionNumber: tokens.listVersion } }),
};

export const localList = { v16, v201 };
