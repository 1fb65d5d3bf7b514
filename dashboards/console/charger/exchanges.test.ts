import { expect, test } from 'vitest';
import type { TracedMessage } from '../api/contract.ts';
import { actionOf, isFromCharger, pairExchanges } from './exchanges.ts';

function message(position: number, of: Partial<TracedMessage>): TracedMessage {
  return {
    position,
    at: '2026-05-01T10:00:00.000Z',
    direction: 'in',
    protocol: 'ocpp1.6',
    kind: 'call',
    messageId: 'm',
    action: 'Heartbeat',
    payload: {},
    frame: '',
    latencyMs: null,
    ...of,
  };
}

const positions = (newestFirst: TracedMessage[]) =>
  pairExchanges(newestFirst).map(({ call, answer }) => [call?.position ?? null, answer?.position ?? null]);

test('an answer stands with its call', () => {
  expect(positions([message(2, { kind: 'result', direction: 'out' }), message(1, {})])).toEqual([[1, 2]]);
});

test('an id that is used again goes with the last call before the answer', () => {
  const trace = [
    message(4, { kind: 'result', direction: 'out' }),
    message(3, {}),
    message(2, { kind: 'error', direction: 'out' }),
    message(1, {}),
  ];
  expect(positions(trace)).toEqual([
    [3, 4],
    [1, 2],
  ]);
});

test('both sides may use the same id', () => {
  const trace = [
    message(4, { kind: 'result', direction: 'out' }),
    message(3, { kind: 'result', direction: 'in' }),
    message(2, { direction: 'out', action: 'Reset' }),
    message(1, { direction: 'in' }),
  ];
  const exchanges = pairExchanges(trace);
  expect(exchanges.map(actionOf)).toEqual(['Reset', 'Heartbeat']);
  expect(exchanges.map(isFromCharger)).toEqual([false, true]);
  expect(positions(trace)).toEqual([
    [2, 3],
    [1, 4],
  ]);
});

test('what has no partner stands alone', () => {
  const trace = [
    message(3, {}),
    message(2, { kind: 'malformed', messageId: null, action: null }),
    message(1, { kind: 'result', direction: 'in', messageId: 'lost' }),
  ];
  expect(positions(trace)).toEqual([
    [3, null],
    [2, null],
    [null, 1],
  ]);
});
