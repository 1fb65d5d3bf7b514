import { describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import { accountOf, emptyAccount, summaryOf, type Summary } from './account.ts';
import type { TransactionReport } from './domain.ts';
import { report16, report201, TEN } from './specimens.ts';
import { toEvent } from './transaction-events.ts';

const at = (minute: number) => TEN + minute * MINUTE;

const cases: { name: string; reports: TransactionReport[]; summary: Partial<Summary> }[] = [
  {
    name: 'a 1.6 session from start to stop',
    reports: [
      report16('began', { wh: 1_000 }),
      report16('updated', { minute: 10, wh: 2_000, powerW: 6_000 }),
      report16('ended', { minute: 20, wh: 3_000, reason: 'Local' }),
    ],
    summary: { state: 'ended', energyWh: 2_000, startedAt: at(0), endedAt: at(20), reason: 'Local', doubts: [] },
  },
  {
    name: 'a session that goes on shows its latest power by the time it was measured',
    reports: [
      report16('updated', { minute: 20, wh: 3_000, powerW: 7_000 }),
      report16('began', { wh: 1_000 }),
      report16('updated', { minute: 10, wh: 2_000, powerW: 6_000 }),
    ],
    summary: { state: 'active', energyWh: 2_000, endedAt: null, powerW: 7_000, measuredAt: at(20) },
  },
  {
    name: 'a batch with nothing but SoC changes no energy',
    reports: [
      report16('began', { wh: 1_000 }),
      report16('updated', { minute: 10, wh: 2_000 }),
      report16('updated', { minute: 11, wh: null }),
      report16('ended', { minute: 20, wh: null }),
    ],
    summary: { state: 'ended', energyWh: 1_000, doubts: [] },
  },
  {
    name: 'the register of the start is the baseline, though the first meter values repeat it late',
    reports: [report16('began', { wh: 1_000 }), report16('updated', { minute: 1, wh: 1_400 })],
    summary: { energyWh: 400 },
  },
  {
    name: 'without a register at the start the earliest is the baseline',
    reports: [
      report201('began', { seqNo: 0 }),
      report201('updated', { seqNo: 1, minute: 1, firstRegisterWh: 900, lastRegisterWh: 1_000 }),
      report201('ended', { seqNo: 2, minute: 9, wh: 1_500 }),
    ],
    summary: { state: 'ended', energyWh: 600, doubts: [] },
  },
  {
    name: 'an end that repeats all registers since the start is no fall',
    reports: [
      report201('began', { seqNo: 0, wh: 900 }),
      report201('updated', { seqNo: 1, minute: 1, wh: 1_000 }),
      report201('ended', { seqNo: 2, minute: 9, firstRegisterWh: 900, lastRegisterWh: 1_500 }),
    ],
    summary: { energyWh: 600, doubts: [] },
  },
  {
    name: 'an end that is all there is',
    reports: [report201('ended', { seqNo: 7, minute: 9, firstRegisterWh: 900, lastRegisterWh: 1_500 })],
    summary: { state: 'ended', energyWh: 600, startedAt: at(9), endedAt: at(9), doubts: ['missing-start'] },
  },
  {
    name: 'numbers that were never heard are a doubt',
    reports: [report201('began', { seqNo: 0, wh: 900 }), report201('ended', { seqNo: 2, minute: 9, wh: 1_500 })],
    summary: { state: 'ended', energyWh: 600, doubts: ['missing-events'] },
  },
  {
    name: 'a clock that is set back in the middle of a numbered session',
    reports: [
      report201('began', { seqNo: 0, minute: 500, wh: 1_000 }),
      report201('updated', { seqNo: 1, minute: 505, wh: 1_500 }),
      report201('updated', { seqNo: 2, minute: 10, wh: 2_000 }),
      report201('ended', { seqNo: 3, minute: 15, wh: 2_500 }),
    ],
    summary: { state: 'ended', energyWh: 1_500, doubts: [] },
  },
  {
    name: 'meter values for a time after the stop do not count',
    reports: [
      report16('began', { wh: 1_000 }),
      report16('ended', { minute: 20, wh: 3_000 }),
      report16('updated', { minute: 30, wh: 9_000 }),
    ],
    summary: { state: 'ended', energyWh: 2_000, doubts: ['metered-after-stop'] },
  },
  {
    name: 'a stop below what was measured keeps what was measured',
    reports: [
      report16('began', { wh: 1_000 }),
      report16('updated', { minute: 10, wh: 2_000 }),
      report16('ended', { minute: 20, wh: 0 }),
    ],
    summary: { state: 'ended', energyWh: 1_000, doubts: ['falling-register'] },
  },
  {
    name: 'a 1.6 stop without a start',
    reports: [report16('ended', { transaction: '7', minute: 20, wh: 3_000 })],
    summary: { state: 'incomplete', energyWh: 0, endedAt: at(20), doubts: ['orphan-stop'] },
  },
  {
    name: '1.6 meter values without a start',
    reports: [report16('updated', { transaction: '7', minute: 1, wh: 3_000 })],
    summary: { state: 'incomplete', reason: 'the transaction is not known', doubts: ['orphan-meter'] },
  },
];

describe('the account of a session', () => {
  test.each(cases)('$name', ({ reports, summary }) => {
    const [first] = reports;
    const empty = emptyAccount(first?.protocol ?? 'ocpp1.6');
    expect(summaryOf(accountOf(empty, reports.map(toEvent)))).toMatchObject(summary);
    expect(summaryOf(accountOf(empty, reports.toReversed().map(toEvent)))).toMatchObject(summary);
  });
});
