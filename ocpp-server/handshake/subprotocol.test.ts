import { expect, test } from 'vitest';
import type { Protocol } from '#charging/index.ts';
import { spokenOf } from './subprotocol.ts';

const CASES: [offered: string | undefined, assumed: Protocol | null, spoken: string][] = [
  ['ocpp1.6', null, 'ocpp1.6 ocpp1.6 proper'],
  ['ocpp1.6, ocpp2.0.1', null, 'ocpp2.0.1 ocpp2.0.1 proper'],
  ['ocpp1.6,ocpp1.6', null, 'ocpp1.6 ocpp1.6 proper'],
  ['ocpp1.6', 'ocpp2.0.1', 'ocpp1.6 ocpp1.6 proper'],
  ['OCPP1.6', null, 'ocpp1.6 OCPP1.6 odd'],
  ['ocpp1.6j', null, 'ocpp1.6 ocpp1.6j odd'],
  ['ocpp16', null, 'ocpp1.6 ocpp16 odd'],
  ['ocpp1.5, OCPP-J-1.6', null, 'ocpp1.6 OCPP-J-1.6 odd'],
  ['ocpp1.6 ocpp1.5', null, 'ocpp1.6 null odd'],
  ['"ocpp2.0.1"', null, 'ocpp2.0.1 null odd'],
  ['ocpp1.6;ocpp2.0.1', null, 'ocpp2.0.1 null odd'],
  [undefined, null, 'none'],
  ['', null, 'none'],
  ['ocpp1.5', null, 'none'],
  ['ocpp2.0', null, 'none'],
  ['ocpp1.61', null, 'none'],
  [undefined, 'ocpp1.6', 'ocpp1.6 null odd'],
  ['charger, x', 'ocpp2.0.1', 'ocpp2.0.1 charger odd'],
  ['a b', 'ocpp2.0.1', 'ocpp2.0.1 null odd'],
];

test.each(CASES)('offered %j, assumed %j: %s', (offered, assumed, expected) => {
  const spoken = spokenOf(offered, assumed);
  const said = spoken ? `${spoken.protocol} ${spoken.subprotocol} ${spoken.isProper ? 'proper' : 'odd'}` : 'none';
  expect(said).toBe(expected);
});
