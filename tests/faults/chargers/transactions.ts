import { systemClock } from '#estate/clock.ts';
import { DAY, HOUR, isoTime, MINUTE } from '#estate/units.ts';
import type { Wire } from '../../../ocpp-server/specimens/wire.ts';
import { told, type Bed, type Fault } from './bed.ts';

type Step = (wire: Wire) => Promise<unknown[]>;
interface Running {
  id: string;
  wire: Wire;
  transaction: unknown;
}

const BEGIN = Math.floor(systemClock.now() / MINUTE) * MINUTE - 2 * HOUR;
const time = (minute: number) => isoTime(BEGIN + minute * MINUTE);
const start = (wire: Wire, card: string) =>
  wire.call('StartTransaction', { connectorId: 1, idTag: card, meterStart: 1_000, timestamp: time(0) });
const stop = (wire: Wire, transactionId: unknown, more: object = {}) =>
  wire.call('StopTransaction', { transactionId, meterStop: 6_000, timestamp: time(60), ...more });
const meter = (wire: Wire, value: unknown, { connectorId = 1, minute = 30, ...more }: Record<string, unknown> = {}) =>
  wire.call('MeterValues', {
    connectorId,
    meterValue: [{ timestamp: time(Number(minute)), sampledValue: [{ value, ...more }] }],
  });

async function begin(bed: Bed): Promise<Running> {
  const { id, wire } = await bed.connect();
  const [, , answer] = await start(wire, id);
  return { id, wire, transaction: (answer as { transactionId: number }).transactionId };
}

/** What a charger of 1.6 is told within a running session of 5 kWh, and what its records hold in the end. */
function within(name: string, tell: (running: Running, bed: Bed) => Promise<unknown[]>, expected: string): Fault {
  return {
    name,
    expected,
    async observe(bed) {
      const running = await begin(bed);
      const answer = told(await tell(running, bed));
      return `${answer}; ${await bed.sessionsOf(running.id)}`;
    },
  };
}

/** The end of a session of an hour, by a clock that is wrong: when it ended, as its records have it. */
function stopWithClock(what: string, timestamp: string, ended: string): Fault {
  return {
    name: `a clock ${what}`,
    expected: `confirmed; ended 5000 Wh, ${ended}`,
    async observe(bed) {
      const { id, wire, transaction } = await begin(bed);
      const answer = told(await stop(wire, transaction, { timestamp }));
      const [session] = await bed.specimen.charging.sessions({ charger: id, limit: 1 });
      const endedAt = session?.endedAt ?? NaN;
      const by = isoTime(endedAt) === time(60) ? 'as told' : endedAt === bed.now() ? 'when it came' : isoTime(endedAt);
      return `${answer}; ${await bed.sessionsOf(id)}, ${by}`;
    },
  };
}

/** Events of one 2.0.1 transaction, in the order in which they come: [type, seqNo, register, minute]. */
function events(name: string, list: [string, number, number, number?][], expected: string): Fault {
  return {
    name,
    expected,
    async observe(bed) {
      const { id, wire } = await bed.connect('ocpp2.0.1');
      const answers: string[] = [];
      for (const [eventType, seqNo, value, minute = seqNo] of list) {
        const timestamp = time(minute);
        const answer = await wire.call('TransactionEvent', {
          eventType,
          timestamp,
          triggerReason: 'MeterValuePeriodic',
          seqNo,
          transactionInfo: { transactionId: 'tx', ...(eventType === 'Ended' ? { stoppedReason: 'Local' } : {}) },
          evse: { id: 1, connectorId: 1 },
          idToken: { idToken: id, type: 'ISO14443' },
          meterValue: [{ timestamp, sampledValue: [{ value }] }],
        });
        answers.push(told(answer));
      }
      return `${[...new Set(answers)].join(', ')}; ${await bed.sessionsOf(id)}`;
    },
  };
}

const ends = (running: Running, first: Step): Promise<unknown[]> =>
  first(running.wire).then(() => stop(running.wire, running.transaction));

export const TRANSACTION_FAULTS: Fault[] = [
  {
    name: 'Stop of another charger’s transaction',
    expected: 'confirmed; own incomplete 0 Wh orphan-stop; other active 0 Wh',
    async observe(bed) {
      const other = await begin(bed);
      const { id, wire } = await bed.connect();
      const answer = told(await stop(wire, other.transaction));
      return `${answer}; own ${await bed.sessionsOf(id)}; other ${await bed.sessionsOf(other.id)}`;
    },
  },
  ...[4_711, -1, 0, '9223372036854775807'].map((transaction): Fault => ({
    name: `Stop of transaction ${transaction}, without a Start`,
    expected: 'confirmed; incomplete 0 Wh orphan-stop',
    async observe(bed) {
      const { id, wire } = await bed.connect();
      return `${told(await stop(wire, transaction))}; ${await bed.sessionsOf(id)}`;
    },
  })),
  within(
    'Stop twice',
    ({ wire, transaction }) => stop(wire, transaction).then(() => stop(wire, transaction)),
    'confirmed; ended 5000 Wh',
  ),
  within(
    'MeterValues after Stop',
    ({ wire, transaction }) => stop(wire, transaction).then(() => meter(wire, '6000', { transactionId: transaction })),
    'confirmed; ended 5000 Wh',
  ),
  within(
    'a Start sent again under another message id',
    ({ id, wire, transaction }) => start(wire, id).then(() => stop(wire, transaction)),
    'confirmed; ended 5000 Wh',
  ),
  within(
    'a register that falls',
    (running) => ends(running, (wire) => meter(wire, '200')),
    'confirmed; ended 5000 Wh falling-register',
  ),
  within(
    'a register that rolls over to 0',
    (running) => ends(running, (wire) => meter(wire, '0')),
    'confirmed; ended 5000 Wh falling-register',
  ),
  ...['NaN', '1,5', '', null].map((value) =>
    within(
      `a register of ${JSON.stringify(value)}`,
      (running) => ends(running, (wire) => meter(wire, value)),
      'confirmed; ended 5000 Wh',
    ),
  ),
  within(
    'a register below zero',
    (running) => ends(running, (wire) => meter(wire, '-5')),
    'confirmed; ended 5000 Wh falling-register',
  ),
  within(
    'a register of 10^9',
    (running) => ends(running, (wire) => meter(wire, '1000000000')),
    'confirmed; ended 5000 Wh register-jump',
  ),
  within(
    'connector 99',
    (running) => ends(running, (wire) => meter(wire, '3000', { connectorId: 99 })),
    'confirmed; ended 5000 Wh',
  ),
  within(
    'connector 0',
    (running) => ends(running, (wire) => meter(wire, '3000', { connectorId: 0 })),
    'confirmed; ended 5000 Wh',
  ),
  ...(
    [
      ['of 1970', '1970-01-01T00:00:00Z', 'when it came'],
      ['of 2099', '2099-01-01T00:00:00Z', 'when it came'],
      ['without a zone', time(60).slice(0, -5), 'as told'],
      ['that says nothing', 'yesterday', 'when it came'],
    ] as const
  ).map(([what, timestamp, ended]) => stopWithClock(what, timestamp, ended)),
  within(
    'NUL, a lone surrogate and an emoji in a text',
    ({ wire, transaction }) => stop(wire, transaction, { reason: '\0\uD800🔌' }),
    'confirmed; ended 5000 Wh',
  ),
  events(
    'seqNo with a gap',
    [
      ['Started', 0, 1_000],
      ['Ended', 3, 6_000],
    ],
    'confirmed; ended 5000 Wh missing-events',
  ),
  events(
    'an event twice',
    [
      ['Started', 0, 1_000],
      ['Updated', 1, 3_000],
      ['Updated', 1, 3_000],
      ['Ended', 2, 6_000],
    ],
    'confirmed; ended 5000 Wh',
  ),
  events(
    'events in reverse',
    [
      ['Ended', 2, 6_000],
      ['Updated', 1, 3_000],
      ['Started', 0, 1_000],
    ],
    'confirmed; ended 5000 Wh',
  ),
  events(
    'events a month old',
    [
      ['Started', 0, 1_000, -30 * (DAY / MINUTE)],
      ['Ended', 1, 6_000, -30 * (DAY / MINUTE) + 60],
    ],
    'confirmed; ended 5000 Wh',
  ),
];
