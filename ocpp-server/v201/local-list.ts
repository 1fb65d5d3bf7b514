import { z } from 'zod';
import type { ListEntry, ListPart } from '#charging/index.ts';
import type { Block } from '../block.ts';
import { listAnswered, listCalls, type ListWords } from '../local-lists.ts';
import { outbound } from '../outbound.ts';
import { integer, text } from '../tolerant.ts';
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

/** OCPP 2.0.1 use case D01. */
const sendLocalList = outbound('SendLocalList', {
  request: z.object({ versionNumber: integer, updateType: text }),
  response: z.object({ status: text }),
  answered: ({ request, response, ...to }) =>
    listAnswered(words, to, {
      version: request.versionNumber,
      status: response.status,
      isChange: request.updateType === 'Differential',
    }),
});

/** OCPP 2.0.1 use case D02. */
const getLocalListVersion = outbound('GetLocalListVersion', {
  response: z.object({ versionNumber: integer }),
  answered: ({ charger, desk, at, response }) =>
    desk.charging.localLists.reported({ charger: charger.id, version: response.versionNumber, at }),
});

export const localList: Block = {
  inbound: [],
  outbound: [sendLocalList, getLocalListVersion],
  phrases: {
    'send-local-list': (command, moment) => listCalls(words, command, moment),
    'get-local-list-version': () => ({ action: 'GetLocalListVersion', payload: {} }),
  },
};
