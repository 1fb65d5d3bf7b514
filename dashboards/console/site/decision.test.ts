import { expect, test } from 'vitest';
import { isDecision, reasonOf, type DecidedLoad } from './decision.ts';

const load: DecidedLoad = {
  charger: 'C1',
  evse: 1,
  phases: 3,
  powerW: 7_000,
  limitA: 12,
  countedW: 8_280,
  admitted: true,
  resting: false,
  seenCapA: null,
  ignoring: false,
  refused: null,
  roomSince: null,
  why: '',
};

test.each([
  ['shared', {}],
  ['offline', { limitA: null, ignoring: true }],
  ['ignoring', { ignoring: true, refused: { outcome: 'rejected' } }],
  ['refused', { refused: { outcome: 'rejected' } }],
  ['waiting', { admitted: false, limitA: 0 }],
  ['resting', { admitted: false, resting: true, limitA: 0 }],
  ['calm', { roomSince: 5 }],
  ['car-limit', { seenCapA: 12 }],
] as const)('the reason is %s for %o', (reason, change) => expect(reasonOf({ ...load, ...change })).toBe(reason));

test('what is no decision is not put in words', () => {
  const decision = {
    at: 1,
    basis: 'measured',
    gridLimitW: 1,
    budgetW: 1,
    baseW: null,
    carsW: 0,
    reservedW: 0,
    loads: [],
  };
  expect(isDecision(decision)).toBe(true);
  expect(isDecision({ ...decision, loads: undefined })).toBe(false);
  expect(isDecision(null)).toBe(false);
});
