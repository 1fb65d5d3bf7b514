import { expect, test } from 'vitest';
import { touchedBy } from './touched.ts';

test('a connector that changes outdates its charger, its site and the lists', () => {
  const keys = touchedBy({
    kind: 'connector-state',
    charger: 'C1',
    site: 'barolo',
    at: 0,
    evse: 1,
    connector: 1,
    state: 'faulted',
    error: 'GroundFailure',
  });
  expect(keys).toEqual([['sites'], ['site', 'barolo'], ['chargers'], ['charger', 'C1']]);
});

test('a fact of a charger that has no site yet outdates no site', () => {
  const keys = touchedBy({ kind: 'charger-online', charger: 'C1', site: null, at: 0, online: true });
  expect(keys).toEqual([['sites'], ['chargers'], ['charger', 'C1']]);
});

test('a decision outdates only the decision of its site', () => {
  const keys = touchedBy({ kind: 'power-shared', site: 'barolo', at: 0, budgetW: 1, limits: [] });
  expect(keys).toEqual([['decision', 'barolo']]);
});
