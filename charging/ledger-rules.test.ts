import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import type { ConnectorReport, Session } from './index.ts';
import {
  cardOf,
  charger,
  openCharging,
  report16,
  report201,
  TEN,
  type ChargingSpecimen,
  type Said,
} from './specimens.ts';

/** What a charger says one after another; `at` is the minute. */
type Message =
  | ['began' | 'updated' | 'ended', Said]
  /** Its connector 1 of EVSE 1 is available. */
  | ['available', { minute: number }];

interface Rule {
  rule: string;
  name: string;
  messages: Message[];
  /** Its sessions, in the order in which they began. */
  sessions: Partial<Session>[];
}

let specimen: ChargingSpecimen;
let lastCharger = 0;
beforeAll(async () => {
  specimen = await openCharging();
});
afterAll(() => specimen.records.close());

/** Tells the messages to a charger of its own. Where 1.6 names no transaction after the start, the last one given is meant. */
async function tell(report: typeof report16, messages: readonly Message[]): Promise<Session[]> {
  const id = `r-${++lastCharger}`;
  await specimen.charging.putToken({ token: cardOf(id), status: 'accepted', group: null, expiresAt: null });
  let transaction: string | null = null;
  for (const message of messages) {
    if (message[0] === 'available') {
      await specimen.charging.connectorChanged(charger(id), availableAt(message[1].minute));
      continue;
    }
    const [phase, said] = message;
    const named: Said = report === report16 && phase !== 'began' ? { transaction, ...said } : said;
    const verdict = await specimen.charging.reported(report(phase, { charger: id, ...named }));
    if (phase === 'began') ({ transaction } = verdict);
  }
  return (await specimen.charging.sessions({ charger: id, limit: 10 })).toReversed();
}

function availableAt(minute: number): ConnectorReport {
  return { evse: 1, connector: 1, state: 'available', error: null, at: TEN + minute * MINUTE };
}

const SESSION: Message[] = [
  ['began', { wh: 1_000 }],
  ['updated', { minute: 10, wh: 2_000 }],
  ['ended', { minute: 20, wh: 3_000, reason: 'Local' }],
];
const [START, UPDATE, STOP] = SESSION as [Message, Message, Message];
const over = (energyWh: number, doubts: string[] = []) => ({ state: 'ended', energyWh, doubts }) as const;
const closed = (energyWh: number, doubts: string[], reason: string) =>
  ({ state: 'incomplete', energyWh, doubts, reason }) as const;
const charged = (energyWh: number, doubts: string[] = []) => ({ state: 'active', energyWh, doubts }) as const;

const BOTH: Rule[] = [
  { rule: 'a session is one row', name: 'start, meter values, stop', messages: SESSION, sessions: [over(2_000)] },
  {
    rule: 'a session is one row',
    name: 'each message twice',
    messages: SESSION.flatMap((message) => [message, message]),
    sessions: [over(2_000)],
  },
  {
    rule: 'a session is one row',
    name: 'all of it again after it was over',
    messages: [...SESSION, ...SESSION],
    sessions: [over(2_000)],
  },
  {
    rule: 'a start with a bad tag is kept',
    name: 'one that nobody registered, told after all was over',
    messages: [
      ['began', { token: 'nobody', wh: 1_000 }],
      ['ended', { minute: 20, wh: 3_000 }],
    ],
    sessions: [{ ...over(2_000, ['unknown-token']), token: 'nobody' }],
  },
  {
    rule: 'energy is the register difference',
    name: '0.083 kWh, once billed as 910: a baseline of 0 before the true register',
    messages: [
      ['began', { wh: 0 }],
      ['updated', { minute: 1, wh: 909_917 }],
      ['updated', { minute: 10, wh: 909_960 }],
      ['ended', { minute: 20, wh: 910_000 }],
    ],
    sessions: [over(83, ['register-jump'])],
  },
  {
    rule: 'energy is the register difference',
    name: 'a meter value of another EVSE, its transaction taken for this one',
    messages: [START, ['updated', { minute: 11, evse: 2, wh: 9_000 }], STOP],
    sessions: [over(2_000)],
  },
  {
    rule: 'energy is the register difference',
    name: 'a total reset to 0 by a batch with nothing but SoC',
    messages: [START, UPDATE, ['updated', { minute: 11, wh: null }], ['updated', { minute: 12, wh: 0 }], STOP],
    sessions: [over(2_000, ['falling-register'])],
  },
  {
    rule: 'energy is the register difference',
    name: 'batches with nothing but SoC, and a stop without a register',
    messages: [START, UPDATE, ['updated', { minute: 11, wh: null }], ['ended', { minute: 20, wh: null }]],
    sessions: [over(1_000)],
  },
  {
    rule: 'energy is the register difference',
    name: 'kWh and Wh by turns',
    messages: [START, ['updated', { minute: 5, wh: 1 }], UPDATE, ['updated', { minute: 15, wh: 2 }], STOP],
    sessions: [over(2_000, ['falling-register'])],
  },
  {
    rule: 'kWh that is Wh by its size is flagged, not guessed',
    name: 'a start in kWh, the rest in Wh',
    messages: [
      ['began', { wh: 910 }],
      ['updated', { minute: 1, wh: 910_000 }],
      ['ended', { minute: 20, wh: 910_083 }],
    ],
    sessions: [over(83, ['unit'])],
  },
  {
    rule: 'kWh that is Wh by its size is flagged, not guessed',
    name: 'Wh told as kWh, against the powers',
    messages: [
      ['began', { wh: 0, powerW: 7_000 }],
      ['updated', { minute: 10, wh: 1_167_000, powerW: 7_000 }],
      ['ended', { minute: 20, wh: 2_333_000, powerW: 7_000 }],
    ],
    sessions: [over(0, ['register-jump', 'unit'])],
  },
  {
    rule: 'kWh that is Wh by its size is flagged, not guessed',
    name: 'little of it, in steps that a charger could deliver',
    messages: [
      ['began', { wh: 5_000_000, powerW: 7_000 }],
      ['updated', { minute: 1, wh: 5_117_000, powerW: 7_000 }],
      ['ended', { minute: 2, wh: 5_234_000, powerW: 7_000 }],
    ],
    sessions: [over(234_000, ['unit'])],
  },
  {
    rule: 'kWh that is Wh by its size is flagged, not guessed',
    name: 'kWh told as Wh, against the powers',
    messages: [
      ['began', { wh: 500.1, powerW: 11_000 }],
      ['ended', { minute: 60, wh: 511.1, powerW: 11_000 }],
    ],
    sessions: [over(11, ['unit'])],
  },
  {
    rule: 'every session ends',
    name: 'its connector is available, and no stop came',
    messages: [START, UPDATE, ['available', { minute: 15 }]],
    sessions: [closed(1_000, ['missing-stop'], 'the connector became available without a stop')],
  },
  {
    rule: 'every session ends',
    name: 'and a stop that comes after all ends it properly',
    messages: [START, UPDATE, ['available', { minute: 15 }], ['ended', { minute: 14, wh: 2_400 }]],
    sessions: [over(1_400)],
  },
  {
    rule: 'every session ends',
    name: 'what came late before an Available does not open it again',
    messages: [START, ['available', { minute: 15 }], UPDATE],
    sessions: [closed(1_000, ['missing-stop'], 'the connector became available without a stop')],
  },
  {
    rule: 'an older Available closes nothing',
    name: 'one from before the start',
    messages: [
      ['began', { minute: 5, wh: 0 }],
      ['available', { minute: 4 }],
    ],
    sessions: [charged(0)],
  },
];

const V16: Rule[] = [
  {
    rule: 'a start resent is the same transaction',
    name: 'in another message, other letters, before and after the stop',
    messages: [START, START, STOP, START],
    sessions: [over(2_000)],
  },
  {
    rule: 'a look-up is by charger and transaction',
    name: 'a stop of a number that this charger was never given',
    messages: [START, ['ended', { transaction: '4711', minute: 20, wh: 3_000 }]],
    sessions: [charged(0), { state: 'incomplete', transaction: '4711', doubts: ['orphan-stop'] }],
  },
  {
    rule: 'what comes of an unknown transaction is kept',
    name: 'meter values, then the stop',
    messages: [
      ['updated', { transaction: '9', minute: 1, wh: 100 }],
      ['ended', { transaction: '9', minute: 2, wh: 300 }],
    ],
    sessions: [{ state: 'incomplete', energyWh: 200, doubts: ['orphan-stop'] }],
  },
  {
    rule: 'every session ends',
    name: 'another one began on its connector',
    messages: [START, UPDATE, ['began', { minute: 30, wh: 2_500 }]],
    sessions: [closed(1_000, ['missing-stop'], 'another session began on the connector'), charged(0)],
  },
];

const V201: Rule[] = [
  {
    rule: 'events are known by their number',
    name: 'the same number twice, saying another thing',
    messages: [
      ['began', { seqNo: 0, wh: 1_000 }],
      ['updated', { seqNo: 1, minute: 10, wh: 2_000 }],
      ['updated', { seqNo: 1, minute: 11, wh: 9_000 }],
    ],
    sessions: [charged(1_000)],
  },
  {
    rule: 'the order is that of the numbers',
    name: 'the end before the start',
    messages: [
      ['ended', { seqNo: 2, minute: 20, wh: 3_000 }],
      ['updated', { seqNo: 1, minute: 10, wh: 2_000 }],
      ['began', { seqNo: 0, wh: 1_000 }],
    ],
    sessions: [{ ...over(2_000), startedAt: TEN, endedAt: TEN + 20 * MINUTE }],
  },
  {
    rule: 'a gap is a doubt while it lasts',
    name: 'while the session goes on',
    messages: [
      ['began', { seqNo: 0, wh: 1_000 }],
      ['updated', { seqNo: 2, minute: 20, wh: 3_000 }],
    ],
    sessions: [charged(2_000, ['missing-events'])],
  },
  {
    rule: 'a gap is a doubt while it lasts',
    name: 'and none when it is filled',
    messages: [
      ['began', { seqNo: 0, wh: 1_000 }],
      ['ended', { seqNo: 2, minute: 20, wh: 3_000 }],
      ['updated', { seqNo: 1, minute: 10, wh: 2_000 }],
    ],
    sessions: [over(2_000)],
  },
  {
    rule: 'a gap is a doubt while it lasts',
    name: 'a start that has not come',
    messages: [['updated', { seqNo: 1, minute: 10, wh: 2_000 }]],
    sessions: [charged(0, ['missing-start'])],
  },
  {
    rule: 'a gap is a doubt while it lasts',
    name: 'numbers that do not begin at 0 leave none',
    messages: [
      ['began', { seqNo: 40, wh: 1_000 }],
      ['updated', { seqNo: 41, minute: 10, wh: 2_000 }],
      ['ended', { seqNo: 42, minute: 20, wh: 3_000 }],
    ],
    sessions: [over(2_000)],
  },
];

describe.each([
  { version: '1.6', report: report16, rules: [...BOTH, ...V16] },
  { version: '2.0.1', report: report201, rules: [...BOTH, ...V201] },
])('the ledger of $version', ({ report, rules }) => {
  test.each(rules)('$rule: $name', async ({ messages, sessions }) => {
    const told = await tell(report, messages);
    expect(told).toHaveLength(sessions.length);
    expect(told).toMatchObject(sessions);
  });
});
