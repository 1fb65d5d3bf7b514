import { afterEach, beforeEach, expect, test } from 'vitest';
import { placeOf } from '#charging/index.ts';
import { openDialogue, type Dialogue } from '../specimens/dialogue.ts';
import { TEN } from '../specimens/server.ts';

let dialogue: Dialogue;
beforeEach(async () => {
  dialogue = await openDialogue('ocpp2.0.1');
  const { charging } = dialogue.specimen;
  await charging.putToken({ token: 'A', status: 'accepted', group: 'post', language: 'it', message: 'Ciao' });
  await charging.putToken({ token: 'B', type: 'MacAddress', status: 'accepted', master: true });
});
afterEach(() => dialogue[Symbol.asyncDispose]());

const ACCEPTED = { status: 'Accepted' };
const A = {
  idToken: { idToken: 'A', type: 'ISO14443' },
  idTokenInfo: {
    status: 'Accepted',
    groupIdToken: { idToken: 'post', type: 'Central' },
    language1: 'it',
    personalMessage: { format: 'UTF8', language: 'it', content: 'Ciao' },
  },
};
const B = {
  idToken: { idToken: 'B', type: 'MacAddress' },
  idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: 'MasterPass', type: 'Central' } },
};
const list = () => dialogue.specimen.charging.localLists.of('C1');
const send = (more: object, ...answers: (object | string)[]) =>
  dialogue.ask({ command: 'send-local-list', ...more }, ...answers);

test('SendLocalList: in full, with all that a station may show, then what changed', async () => {
  const whole = { versionNumber: 1, updateType: 'Full', localAuthorizationList: [A, B] };
  expect((await send({}, ACCEPTED)).calls).toEqual([['SendLocalList', whole]]);
  await dialogue.specimen.charging.putToken({ token: 'A', status: 'invalid' });
  const change = {
    versionNumber: 2,
    updateType: 'Differential',
    localAuthorizationList: [{ idToken: { idToken: 'A', type: 'ISO14443' } }],
  };
  expect((await send({}, ACCEPTED)).calls).toEqual([['SendLocalList', change]]);
  expect(await list()).toMatchObject({ version: 2, current: true });
});

test('SendLocalList: in as many messages as the station says', async () => {
  const at = placeOf({ component: 'LocalAuthListCtrlr', variable: 'ItemsPerMessage' });
  const entries = placeOf({ component: 'LocalAuthListCtrlr', variable: 'Entries' });
  const variables = [
    { ...at, value: '1' },
    { ...entries, value: '0', max: 2 },
  ];
  await dialogue.specimen.charging.variables.told({ charger: 'C1', variables, at: TEN });
  const { calls } = await send({}, ACCEPTED, ACCEPTED);
  expect(calls).toMatchObject([
    ['SendLocalList', { versionNumber: 1, updateType: 'Full', localAuthorizationList: [A] }],
    ['SendLocalList', { versionNumber: 2, updateType: 'Differential', localAuthorizationList: [B] }],
  ]);
  await dialogue.specimen.charging.putToken({ token: 'C', status: 'accepted' });
  await expect(send({})).rejects.toMatchObject({ code: 'invalid' });
});

test('SendLocalList: a list that does not match is sent in full', async () => {
  await send({}, ACCEPTED);
  await dialogue.specimen.charging.putToken({ token: 'A', status: 'blocked' });
  const { calls } = await send({}, { status: 'VersionMismatch' }, { versionNumber: 5 }, ACCEPTED);
  expect(calls.at(-1)).toMatchObject(['SendLocalList', { versionNumber: 6, updateType: 'Full' }]);
  expect(await list()).toMatchObject({ version: 6, current: true });
});

test('GetLocalListVersion: of a station that lost its list says so', async () => {
  await send({}, ACCEPTED);
  await dialogue.ask({ command: 'get-local-list-version' }, { versionNumber: 0 });
  expect(await list()).toMatchObject({ version: 0, current: false, size: 0, reportedVersion: 0 });
});
