import { afterEach, beforeEach, expect, test } from 'vitest';
import { placeOfKey } from '#charging/index.ts';
import { isoTime, MINUTE } from '#estate/units.ts';
import { openDialogue, type Dialogue } from '../specimens/dialogue.ts';
import { TEN } from '../specimens/server.ts';

let dialogue: Dialogue;
beforeEach(async () => {
  dialogue = await openDialogue('ocpp1.6');
  const { charging } = dialogue.specimen;
  await charging.putToken({ token: 'A', status: 'accepted', group: 'post', expiresAt: TEN + MINUTE });
  await charging.putToken({ token: 'B', status: 'blocked' });
});
afterEach(() => dialogue[Symbol.asyncDispose]());

const ACCEPTED = { status: 'Accepted' };
const A = { idTag: 'A', idTagInfo: { status: 'Accepted', expiryDate: isoTime(TEN + MINUTE), parentIdTag: 'post' } };
const B = { idTag: 'B', idTagInfo: { status: 'Blocked' } };
const list = () => dialogue.specimen.charging.localLists.of('C1');
const send = (more: object, ...answers: (object | string)[]) =>
  dialogue.ask({ command: 'send-local-list', ...more }, ...answers);

test('SendLocalList: in full, then what changed, then nothing', async () => {
  const { calls } = await send({ mode: 'full' }, ACCEPTED);
  const whole = { listVersion: 1, updateType: 'Full', localAuthorizationList: [A, B] };
  expect(calls).toEqual([['SendLocalList', whole]]);
  expect(await list()).toMatchObject({ version: 1, current: true, size: 2 });

  await dialogue.specimen.charging.putToken({ token: 'B', status: 'invalid' });
  const change = { listVersion: 2, updateType: 'Differential', localAuthorizationList: [{ idTag: 'B' }] };
  expect((await send({}, ACCEPTED)).calls).toEqual([['SendLocalList', change]]);
  expect(await send({})).toEqual({ calls: [], result: { outcome: 'accepted', response: {} } });
});

test('SendLocalList: in messages of as many tokens as the charge point takes', async () => {
  const variables = [{ ...placeOfKey('SendLocalListMaxLength'), value: '1' }];
  await dialogue.specimen.charging.variables.told({ charger: 'C1', variables, at: TEN });
  const { calls, result } = await send({ mode: 'full' }, ACCEPTED, ACCEPTED);
  expect(calls).toEqual([
    ['SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList: [A] }],
    ['SendLocalList', { listVersion: 2, updateType: 'Differential', localAuthorizationList: [B] }],
  ]);
  expect(result.outcome).toBe('accepted');
  expect(await list()).toMatchObject({ version: 2, current: true });
});

test('SendLocalList: not of more tokens than the charge point holds', async () => {
  const variables = [{ ...placeOfKey('LocalAuthListMaxLength'), value: '1' }];
  await dialogue.specimen.charging.variables.told({ charger: 'C1', variables, at: TEN });
  await expect(send({ mode: 'full' })).rejects.toMatchObject({ code: 'invalid' });
  expect((await send({ mode: 'full', tokens: ['b'] }, ACCEPTED)).calls).toMatchObject([
    ['SendLocalList', { localAuthorizationList: [B] }],
  ]);
});

test('SendLocalList: a list that does not match is sent in full, above the version that the charge point has', async () => {
  await send({ mode: 'full' }, ACCEPTED);
  await dialogue.specimen.charging.putToken({ token: 'C', status: 'accepted' });
  const { calls } = await send({}, { status: 'VersionMismatch' }, { listVersion: 70 }, ACCEPTED);
  expect(calls).toMatchObject([
    ['SendLocalList', { listVersion: 2, updateType: 'Differential' }],
    ['GetLocalListVersion', {}],
    ['SendLocalList', { listVersion: 71, updateType: 'Full', localAuthorizationList: [A, B, { idTag: 'C' }] }],
  ]);
  expect(await list()).toMatchObject({ version: 71, current: true, failure: null });
});

test.each(['Failed', 'NotSupported'])('SendLocalList: %s is shown', async (status) => {
  expect((await send({ mode: 'full' }, { status })).result).toEqual({ outcome: 'rejected', response: { status } });
  expect(await list()).toMatchObject({ version: 0, current: false, failure: status });
});

test('SendLocalList: a raw one makes the list somebody else’s', async () => {
  await send({ mode: 'full' }, ACCEPTED);
  await dialogue.askRaw('SendLocalList', { listVersion: 9, updateType: 'Full' }, ACCEPTED);
  expect(await list()).toMatchObject({ version: 9, current: false });
});

test('GetLocalListVersion: is kept beside what we sent', async () => {
  await send({ mode: 'full' }, ACCEPTED);
  const { calls } = await dialogue.ask({ command: 'get-local-list-version' }, { listVersion: 1 });
  expect(calls).toEqual([['GetLocalListVersion', {}]]);
  expect(await list()).toMatchObject({ version: 1, current: true, reportedVersion: 1, reportedAt: TEN });
});
