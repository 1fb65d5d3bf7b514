import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PutToken } from '#charging/index.ts';
import { isoTime, MINUTE } from '#estate/units.ts';
import { openDialogue, type Dialogue } from '../specimens/dialogue.ts';
import { TEN } from '../specimens/server.ts';

let dialogue: Dialogue;
beforeEach(async () => {
  dialogue = await openDialogue('ocpp2.0.1');
});
afterEach(() => dialogue[Symbol.asyncDispose]());

const idToken = { idToken: 'card', type: 'ISO14443' };
const started = {
  eventType: 'Started',
  timestamp: isoTime(TEN),
  triggerReason: 'Authorized',
  seqNo: 0,
  transactionInfo: { transactionId: 'tx' },
  evse: { id: 1, connectorId: 1 },
};

test.each<[string, Partial<PutToken>, object]>([
  ['with its group', { group: 'post' }, { status: 'Accepted', groupIdToken: { idToken: 'post', type: 'Central' } }],
  ['until its end', { expiresAt: TEN + MINUTE }, { status: 'Accepted', cacheExpiryDateTime: isoTime(TEN + MINUTE) }],
  ['that is blocked', { status: 'blocked' }, { status: 'Blocked' }],
  [
    'with its language and what it is to be shown',
    { language: 'de-AT', message: 'Grüezi' },
    {
      status: 'Accepted',
      language1: 'de-AT',
      personalMessage: { format: 'UTF8', language: 'de-AT', content: 'Grüezi' },
    },
  ],
  [
    'that is a master, by the group that stations know',
    { master: true, group: 'post' },
    { status: 'Accepted', groupIdToken: { idToken: 'MasterPass', type: 'Central' } },
  ],
])('Authorize: a token %s; a TransactionEvent is told the same', async (_, more, idTokenInfo) => {
  await dialogue.specimen.charging.putToken({ token: 'CARD', status: 'accepted', ...more });
  expect(await dialogue.tell('Authorize', { idToken })).toEqual({ idTokenInfo });
  expect(await dialogue.tell('TransactionEvent', { ...started, idToken })).toEqual({ idTokenInfo });
});

test('TransactionEvent: a start button asks for nobody', async () => {
  const nobody = { idToken: '', type: 'NoAuthorization' };
  expect(await dialogue.tell('TransactionEvent', { ...started, idToken: nobody })).toEqual({
    idTokenInfo: { status: 'Accepted' },
  });
});

const hashData = {
  hashAlgorithm: 'SHA256',
  issuerNameHash: 'a',
  issuerKeyHash: 'b',
  serialNumber: '1',
  responderURL: 'http://ocsp.example',
};

test.each([
  ['hash data', { iso15118CertificateHashData: [hashData] }],
  ['the certificate', { certificate: '-----BEGIN CERTIFICATE-----' }],
])('Authorize: a contract with %s that cannot be checked here lets nobody in', async (_, proof) => {
  const contract = { idToken: 'IT-PGR-C12345678-9', type: 'eMAID' };
  await dialogue.specimen.charging.putToken({ token: contract.idToken, type: 'eMAID', status: 'accepted' });
  expect(await dialogue.tell('Authorize', { idToken: contract, ...proof })).toEqual({
    idTokenInfo: { status: 'Invalid' },
    certificateStatus: 'NoCertificateAvailable',
  });
  expect(await dialogue.tell('Authorize', { idToken: contract })).toEqual({ idTokenInfo: { status: 'Accepted' } });
});

test('ClearCache: is asked for', async () => {
  const { calls, result } = await dialogue.ask({ command: 'clear-cache' }, { status: 'Accepted' });
  expect(calls).toEqual([['ClearCache', {}]]);
  expect(result.outcome).toBe('accepted');
});
