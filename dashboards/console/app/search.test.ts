import { expect, test } from 'vitest';
import { sessionsSearch, signInSearch, siteSearch, sitesSearch } from './search.ts';

test('a filter that does not exist leaves the address', () => {
  expect(sitesSearch({ q: '', state: 'burning', view: 'map' })).toEqual({ view: 'map' });
  expect(sessionsSearch({ state: 'active', site: 12_051, charger: 7 })).toEqual({
    state: 'active',
    site: '12051',
    charger: '7',
  });
});

test.each([
  ['12', { hours: 12 }],
  [24, { hours: 24 }],
  [99, {}],
])('a period of %s is read as %o', (hours, read) => expect(siteSearch({ hours })).toEqual(read));

test.each([
  ['/sites/barolo?hours=3', { next: '/sites/barolo?hours=3' }],
  ['//elsewhere.example', {}],
  ['/\\elsewhere.example', {}],
  ['https://elsewhere.example', {}],
])('after the sign-in to %s goes %o', (next, read) => expect(signInSearch({ next })).toEqual(read));
