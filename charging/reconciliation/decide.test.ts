import { describe, expect, test } from 'vitest';
import { decide } from './gaps.ts';

describe('what follows from the answer about a transaction', () => {
  const yes = { ongoing: true, queued: false };
  const no = { ongoing: false, queued: false };
  test.each([
    ['it has more to deliver', { active: true, gap: true }, { ongoing: true, queued: true }, 'wait'],
    ['it has more to deliver of what is over', { active: true, gap: false }, { ongoing: false, queued: true }, 'wait'],
    ['it does not say whether it goes on', { active: true, gap: true }, { ongoing: null, queued: false }, 'wait'],
    ['it knows no such transaction', { active: true, gap: false }, no, 'close'],
    ['it knows no such transaction, and something is missing', { active: true, gap: true }, no, 'close'],
    ['it goes on, and something is missing for good', { active: true, gap: true }, yes, 'give-up'],
    ['it is over, and something is missing for good', { active: false, gap: true }, no, 'give-up'],
    ['it goes on', { active: true, gap: false }, yes, 'leave'],
    ['it is over, as we know', { active: false, gap: false }, no, 'leave'],
  ] as const)('%s', (_, session, status, decision) => {
    expect(decide(session, status)).toBe(decision);
  });
});
