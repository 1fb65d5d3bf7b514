import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCharging, TEN, type ChargingSpecimen } from './specimens.ts';
import type { Token } from './index.ts';

let specimen: ChargingSpecimen;
beforeAll(async () => {
  specimen = await openCharging();
});
afterAll(() => specimen.records.close());

const token = (more: Partial<Token>): Token => ({
  token: 'Card',
  type: 'ISO14443',
  status: 'accepted',
  group: null,
  master: false,
  expiresAt: null,
  language: null,
  message: null,
  ...more,
});

test.each<[string, Token | null, string]>([
  ['nobody registered is invalid', null, 'invalid'],
  ['is accepted is accepted', token({}), 'accepted'],
  ['is blocked is blocked', token({ status: 'blocked' }), 'blocked'],
  ['has a time ahead is accepted', token({ expiresAt: TEN + 1 }), 'accepted'],
  ['has reached its time is expired', token({ expiresAt: TEN }), 'expired'],
  ['is blocked and has passed its time stays blocked', token({ status: 'blocked', expiresAt: TEN }), 'blocked'],
])('a token that %s, whatever its letters', async (_, known, status) => {
  if (known) await specimen.charging.putToken(known);
  const { token: _text, ...worth } = token({ status: 'invalid', ...known });
  expect(await specimen.charging.authorize('cARD', TEN)).toEqual({ ...worth, status });
});

test('a token is changed under any letters, and shown as it was last written', async () => {
  const { charging } = specimen;
  expect(await charging.putToken(token({ token: 'Ab' }))).toEqual({ created: true });
  expect(await charging.putToken(token({ token: 'aB', group: 'van' }))).toEqual({ created: false });
  expect(await charging.token('AB')).toEqual(token({ token: 'aB', group: 'van' }));
  expect(await charging.token('other')).toBeNull();
});

test('tokens are listed page by page', async () => {
  const { charging } = specimen;
  for (const one of ['z1', 'Z2', 'z3']) await charging.putToken(token({ token: one }));
  const page = await charging.tokens({ after: 'Y', limit: 2 });
  expect(page.map((one) => one.token)).toEqual(['z1', 'Z2']);
  expect((await charging.tokens({ after: 'Z2', limit: 2 })).map((one) => one.token)).toEqual(['z3']);
});

test('a token keeps all that is said of it, and forgets what is said no more', async () => {
  const { charging } = specimen;
  const full = token({ token: 'chief', type: 'ISO15693', master: true, language: 'it', message: 'Benvenuto' });
  await charging.putToken(full);
  expect(await charging.token('CHIEF')).toEqual(full);
  await charging.putToken({ token: 'chief', status: 'accepted' });
  expect(await charging.token('chief')).toEqual(token({ token: 'chief' }));
});
