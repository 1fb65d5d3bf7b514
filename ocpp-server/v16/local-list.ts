import { z } from 'zod';
import type { ListEntry, ListPart } from '#charging/index.ts';
import { listPhrases, takesList, tellsListVersion, type ListWords } from '../both-versions/local-lists.ts';
import type { Block } from '../messages/block.ts';
import { outbound } from '../messages/outbound.ts';
import { integer, text } from '../messages/tolerant.ts';
import { idTagInfo, LONGEST_TOKEN } from './authorization.ts';

const words: ListWords = {
  longestToken: LONGEST_TOKEN,
  say: ({ mode, version, entries }: ListPart) => ({
    action: 'SendLocalList',
    payload: {
      listVersion: version,
      updateType: mode === 'full' ? 'Full' : 'Differential',
      ...(entries.length === 0 ? {} : { localAuthorizationList: entries.map(toEntry) }),
    },
  }),
};

function toEntry({ token, authorisation }: ListEntry) {
  return { idTag: token, ...(authorisation ? { idTagInfo: idTagInfo(authorisation) } : {}) };
}

const sendLocalList = z
  .object({ listVersion: integer, updateType: text })
  .transform(({ listVersion: version, updateType }) => ({ version, updateType }));

const toldVersion = z.object({ listVersion: integer }).transform(({ listVersion: version }) => ({ version }));

/** Local authorisation lists (OCPP 1.6 §5.10, §5.15). */
export const localList: Block = {
  inbound: [],
  outbound: [
    outbound('SendLocalList', takesList(words, sendLocalList)),
    outbound('GetLocalListVersion', tellsListVersion(toldVersion)),
  ],
  phrases: listPhrases(words),
};
