import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PutToken } from '#charging/index.ts';
import { isoTime, MINUTE, SECOND } from '#estate/units.ts';
import { openDialogue, type Dialogue } from '../specimens/dialogue.ts';
import { TEN } from '../specimens/server.ts';

let dialogue: Dialogue;
beforeEach(async () => {
  dialogue = await openDialogue('ocpp1.6');
});
afterEach(() => dialogue[Symbol.asyncDispose]());

const start = (idTag: string, connectorId = 1) =>
  dialogue.tell('StartTransaction', { connectorId, idTag, meterStart: 0, timestamp: isoTime(TEN) });

test.each<[string, Partial<PutToken>, object]>([
  ['with its group', { group: 'post' }, { status: 'Accepted', parentIdTag: 'post' }],
  ['without a group that 1.6 cannot say', { group: 'x'.repeat(21) }, { status: 'Accepted' }],
  ['until its end', { expiresAt: TEN + MINUTE }, { status: 'Accepted', expiryDate: isoTime(TEN + MINUTE) }],
  ['that has ended', { expiresAt: TEN }, { status: 'Expired', expiryDate: isoTime(TEN) }],
  ['that is blocked', { status: 'blocked' }, { status: 'Blocked' }],
  ['that is a master', { master: true }, { status: 'Invalid', parentIdTag: 'MasterPass' }],
])('Authorize: a token %s; a StartTransaction is told the same', async (_, more, idTagInfo) => {
  await dialogue.specimen.charging.putToken({ token: 'CARD', status: 'accepted', ...more });
  expect(await dialogue.tell('Authorize', { idTag: 'card' })).toEqual({ idTagInfo });
  expect(await start('CARD')).toEqual({ transactionId: expect.any(Number) as number, idTagInfo });
});

test('Authorize: a master pass has all sessions of the charge point stopped', async () => {
  const { charging } = dialogue.specimen;
  for (const token of ['ONE', 'TWO']) await charging.putToken({ token, status: 'accepted' });
  await charging.putToken({ token: 'CHIEF', status: 'accepted', master: true });
  const started = [await start('ONE'), await start('TWO', 2)] as { transactionId: number }[];
  const elsewhere = await dialogue.specimen.connect('C2');
  await elsewhere.call('StartTransaction', { connectorId: 1, idTag: 'ONE', meterStart: 0, timestamp: isoTime(TEN) });

  expect(await dialogue.tell('Authorize', { idTag: 'CHIEF' })).toMatchObject({ idTagInfo: { status: 'Invalid' } });
  await dialogue.specimen.clock.advance(SECOND);
  const calls = [await dialogue.hear({ status: 'Accepted' }), await dialogue.hear({ status: 'Accepted' })];
  const stops = started.map(({ transactionId }) => ['RemoteStopTransaction', { transactionId }]);
  expect(calls).toEqual(expect.arrayContaining(stops));
});

test('ClearCache: is asked for', async () => {
  const { calls, result } = await dialogue.ask({ command: 'clear-cache' }, { status: 'Rejected' });
  expect(calls).toEqual([['ClearCache', {}]]);
  expect(result).toEqual({ outcome: 'rejected', response: { status: 'Rejected' } });
});
