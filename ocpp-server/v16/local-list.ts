import { z } from 'zod';
import type { ListEntry, ListPart } from '#charging/index.ts';
import type { Block } from '../block.ts';
import { listAnswered, listCalls, type ListWords } from '../local-lists.ts';
import { outbound } from '../outbound.ts';
import { integer, text } from '../tolerant.ts';
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

/** OCPP 1.6 §5.15. */
const sendLocalList = outbound('SendLocalList', {
  request: z.object({ listVersion: integer, updateType: text }),
  response: z.object({ status: text }),
  answered: ({ request, response, ...to }) =>
    listAnswered(words, to, {
      version: request.listVersion,
      status: response.status,
      isChange: request.updateType === 'Differential',
    }),
});

/** OCPP 1.6 §5.10. */
const getLocalListVersion = outbound('GetLocalListVersion', {
  response: z.object({ listVersion: integer }),
  answered: ({ charger, desk, at, response }) =>
    desk.charging.localLists.reported({ charger: charger.id, version: response.listVersion, at }),
});

export const localList: Block = {
  inbound: [],
  outbound: [sendLocalList, getLocalListVersion],
  phrases: {
    'send-local-list': (command, moment) => listCalls(words, command, moment),
    'get-local-list-version': () => ({ action: 'GetLocalListVersion', payload: {} }),
  },
};
