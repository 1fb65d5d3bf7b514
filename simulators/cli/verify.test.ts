import { describe, expect, it } from 'vitest';
import type { Difference, Verification } from '../run/result.ts';
import { listed } from '../verify/verify.ts';
import { rowsOf } from './verify.ts';

const checked: Verification['checked'] = {
  sessions: 4_000,
  messages: 90_000,
  energyWh: 1_234_560,
  costs: 0,
  points: 700_000,
  devices: 100,
  evses: 48,
  alarms: 500,
};
const many = (kind: Difference['kind'], count: number) =>
  Array.from({ length: count }, (): Difference => ({ kind, subject: 'CP-1', text: 'It differs.' }));

describe('The table of polisgrid sim verify', () => {
  it('counts all that differ, also those of which there are too many to be listed', () => {
    const found = listed([...many('session-missing', 900), ...many('time', 300), ...many('alarm-missing', 7)]);
    expect(found.differences).toHaveLength(1_000);
    const table = Object.fromEntries(rowsOf({ checked, ...found }).map(([what, ...numbers]) => [what, numbers]));
    expect(table).toMatchObject({
      'charging sessions': ['4,000', '1,200'],
      'their energy, kWh': ['1,234.6', '0'],
      'measured points': ['700,000', '0'],
      'possible alarms': ['500', '7'],
    });
  });
});
