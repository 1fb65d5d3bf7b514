import { z } from 'zod';
import type { ListEntry, ListPart } from '#charging/index.ts';
import { listPhrases, takesList, tellsListVersion, type ListWords } from '../both-versions/local-lists.ts';
import type { Block } from '../messages/block.ts';
import { outbound } from '../messages/outbound.ts';
import { integer, text } from '../messages/tolerant.ts';
import { idTokenInfo, idTokenOf, LONGEST_TOKEN } from './authorization.ts';

const words: ListWords = {
  longestToken: LONGEST_TOKEN,
  say: ({ mode, version, entries }: ListPart) => ({
    action: 'SendLocalList',
    payload: {
      versionNumber: version,
      updateType: mode === 'full' ? 'Full' : 'Differential',
      ...(entries.length === 0 ? {} : { localAuthorizationList: entries.map(toEntry) }),
    },
  }),
};

function toEntry({ token, type, authorisation }: ListEntry) {
  return { idToken: idTokenOf(token, { type }), ...(authorisation ? { idTokenInfo: idTokenInfo(authorisation) } : {}) };
}

const sendLocalList = z
  .object({ versionNumber: integer, updateType: text })
  .transform(({ versionNumber: version, updateType }) => ({ version, updateType }));

const toldVersion = z.object({ versionNumber: integer }).transform(({ versionNumber: version }) => ({ version }));

/** Local authorisation lists (OCPP 2.0.1 use cases D01, D02). */
export const localList: Block = {
  inbound: [],
  outbound: [
    outbound('SendLocalList', takesList(words, sendLocalList)),
    outbound('GetLocalListVersion', tellsListVersion(toldVersion)),
  ],
  phrases: listPhrases(words),
};
