import { expect, test } from 'vitest';
import { chargerCommand } from './index.ts';

test.each<[said: object, understood: object]>([
  [
    { command: 'start', token: 'CARD' },
    { command: 'start', token: 'CARD' },
  ],
  [
    { command: 'start', token: 'CARD', connector: 2 },
    { command: 'start', token: 'CARD', evse: 2, connector: 1 },
  ],
  [
    { command: 'start', token: 'CARD', evse: 1, connector: 2 },
    { command: 'start', token: 'CARD', evse: 1, connector: 2 },
  ],
  [
    { command: 'stop', transaction: 7 },
    { command: 'stop', transaction: '7' },
  ],
  [
    { command: 'stop', session: 's1' },
    { command: 'stop', transaction: 's1' },
  ],
  [{ command: 'reset' }, { command: 'reset', type: 'soft' }],
  [
    { command: 'reset', type: 'Hard' },
    { command: 'reset', type: 'hard' },
  ],
  [
    { command: 'reset', type: 'OnIdle' },
    { command: 'reset', type: 'soft' },
  ],
  [{ command: 'unlock' }, { command: 'unlock', evse: 1, connector: 1 }],
  [
    { command: 'unlock', connector: 2 },
    { command: 'unlock', evse: 2, connector: 1 },
  ],
])('%j is understood', (said, understood) => {
  expect(chargerCommand.parse(said)).toEqual(understood);
});

test.each([
  { command: 'stop' },
  { command: 'start', token: 'CARD', evse: 0 },
  { command: 'reset', type: 'warm' },
  { command: 'unlock', plug: 1 },
])('%j is no command', (said) => {
  expect(chargerCommand.safeParse(said).success).toBe(false);
});
