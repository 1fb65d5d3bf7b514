import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import type { Session, TransactionReport } from './index.ts';
import { charger, openCharging, report16, report201, TEN, type ChargingSpecimen } from './specimens.ts';

let specimen: ChargingSpecimen;
let lastCharger = 0;

beforeAll(async () => {
  specimen = await openCharging();
});
afterAll(() => specimen.records.close());

/** What a car took between one message and the next, Wh; null where the message carried no register. */
const takenWh = fc.array(fc.option(fc.integer({ min: 0, max: 4_000 }), { freq: 4 }), { minLength: 1, maxLength: 6 });
/** The same, of a meter that cannot be trusted. */
const anyRegister = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -5, max: 2_000_000 }), fc.constant(null)), {
  minLength: 2,
  maxLength: 6,
});

/** The registers of a meter that counts what was taken. */
function registersOf(taken: readonly (number | null)[]): (number | null)[] {
  let registerWh = 12_345;
  return [registerWh, ...taken.map((wh) => (wh === null ? null : (registerWh += wh)))];
}

/** The messages of a session, one a minute. */
function messagesOf(
  report: typeof report16,
  { registers, ends, id }: { registers: readonly (number | null)[]; ends: boolean; id: string },
): TransactionReport[] {
  return registers.map((wh, index) => {
    const last = index === registers.length - 1;
    const phase = index === 0 ? 'began' : last && ends ? 'ended' : 'updated';
    const seqNo = report === report201 ? index : null;
    return report(phase, { charger: id, seqNo, minute: index, wh, powerW: 100 * index });
  });
}

/** Each message at least once, some again and again, in any order: lost, sent anew, overtaken. */
function deliveries<T>(messages: readonly T[]): fc.Arbitrary<T[]> {
  const again = fc.array(fc.constantFrom(...messages), { maxLength: 6 });
  return again.chain((more) =>
    fc.shuffledSubarray([...messages, ...more], { minLength: messages.length + more.length }),
  );
}

interface Scenario {
  /** What the meter shows at each message. */
  registers: (number | null)[];
  /** Whether the last message is the end. */
  ends: boolean;
  /** The messages as they are delivered. */
  order: number[];
  /** Before which delivery the connector becomes available; null: it never does. */
  available: number | null;
  /** Messages that are not delivered; the first of all others is. */
  lost?: number[];
  /** Whether the charger finds them after all, when it connects anew. */
  found?: boolean;
}

const scenario = (registers: fc.Arbitrary<(number | null)[]>): fc.Arbitrary<Scenario> =>
  registers.chain((read) =>
    fc.record({
      registers: fc.constant(read),
      ends: fc.boolean(),
      order: deliveries(read.map((_, index) => index)),
      available: fc.option(fc.nat({ max: 12 })),
    }),
  );

/**
 * The same with losses: some messages are not delivered before the charger is asked what became of its transaction, and
 * come later, when it connects anew, or never. The start of 1.6 is not lost: it is repeated until it is answered.
 */
const withLosses = (report: typeof report16, registers: fc.Arbitrary<(number | null)[]>): fc.Arbitrary<Scenario> =>
  scenario(registers).chain((told) => {
    const indexes = told.registers.map((_, index) => index);
    const lost = fc.subarray(report === report16 ? indexes.slice(1) : indexes, { maxLength: indexes.length - 1 });
    return fc.record({ lost, found: fc.boolean() }).map((losses) => ({ ...told, ...losses }));
  });

/** Tells all of it to a charger of its own, the connector's Available somewhere between, and returns its one session. */
async function play(report: typeof report16, told: Scenario): Promise<Session> {
  const { registers, ends, order, available, lost = [], found = false } = told;
  const id = `c-${++lastCharger}`;
  const messages = messagesOf(report, { registers, ends, id });
  let transaction: string | null = null;
  if (report === report16 && messages[0]) ({ transaction } = await specimen.charging.reported(messages[0]));
  const send = (indexes: readonly number[]) =>
    indexes.flatMap((index, position) => {
      const message = messages[index];
      if (!message) return [];
      const named =
        message.phase === 'began' ? message : { ...message, transaction: transaction ?? message.transaction };
      const frees = position === available && report === report16 ? [becomesAvailable(id, messages.length)] : [];
      return [...frees, specimen.charging.reported(named)];
    });
  await Promise.all(send(order.filter((index) => !lost.includes(index))));
  if (available !== null) await becomesAvailable(id, messages.length);
  if (lost.length > 0) {
    await isAsked(id, !ends);
    if (found) await Promise.all(send(lost));
    await isAsked(id, !ends);
  }
  const [session, ...others] = await specimen.charging.sessions({ charger: id, limit: 10 });
  expect(others).toEqual([]);
  if (!session) throw new Error(`${id} has no session.`);
  return session;
}

/** What a 2.0.1 station says of its transaction when it has nothing more to deliver; of 1.6 it changes nothing. */
function isAsked(id: string, ongoing: boolean): Promise<void> {
  const status = { ongoing, queued: false };
  return specimen.charging.reconciliation.transactionStatus({ charger: id, transaction: 'tx', status, at: TEN });
}

function becomesAvailable(id: string, minute: number): Promise<void> {
  const report = { evse: 1, connector: 1, state: 'available', error: null, at: TEN + minute * MINUTE } as const;
  return specimen.charging.connectorChanged(charger(id), report);
}

const inPlainOrder = (told: Scenario): Scenario => ({ ...told, order: told.registers.map((_, index) => index) });
const comparable = ({ id: _id, charger: _charger, transaction: _transaction, token: _token, ...rest }: Session) => rest;

describe.each([
  ['1.6', report16],
  ['2.0.1', report201],
])('the messages of a %s session, in any order and any number of times', (_, report) => {
  test('come to one row with the energy that the car took', async () => {
    await fc.assert(
      fc.asyncProperty(scenario(takenWh.map(registersOf)), async (told) => {
        const session = await play(report, told);
        const read = told.registers.filter((wh) => wh !== null);
        expect(session.energyWh).toBe((read.at(-1) ?? 0) - (read[0] ?? 0));
        expect(session.state).toBe(told.ends ? 'ended' : told.available === null ? 'active' : 'incomplete');
        expect(comparable(session)).toEqual(comparable(await play(report, inPlainOrder(told))));
      }),
    );
  });

  test('come to the same row whatever the meter says', async () => {
    await fc.assert(
      fc.asyncProperty(scenario(anyRegister), async (told) => {
        expect(comparable(await play(report, told))).toEqual(comparable(await play(report, inPlainOrder(told))));
      }),
    );
  });
});

describe('what is lost on the way', () => {
  test.each([
    ['1.6', report16],
    ['2.0.1', report201],
  ])(
    'of a %s session leaves one row, which the same messages make the same, and ends what has ended',
    async (_, report) => {
      await fc.assert(
        fc.asyncProperty(withLosses(report, takenWh.map(registersOf)), async (told) => {
          const session = await play(report, told);
          expect(comparable(session)).toEqual(comparable(await play(report, inPlainOrder(told))));
          const { registers, ends, available, lost = [], found = false } = told;
          const came = registers.filter((wh, index) => wh !== null && (found || !lost.includes(index)));
          expect(session.energyWh).toBe((came.at(-1) ?? 0) - (came[0] ?? 0));
          const stopped = ends && (found || !lost.includes(registers.length - 1));
          const whole = found || report === report16 || lost.length === 0;
          const asked = report === report201 && ends && lost.length > 0;
          const isOver = available !== null || asked;
          expect(session.state).toBe(stopped && whole ? 'ended' : stopped || isOver ? 'incomplete' : 'active');
        }),
      );
    },
  );

  test('and found after all makes a session as if nothing had been lost', async () => {
    await fc.assert(
      fc.asyncProperty(withLosses(report201, anyRegister), async (told) => {
        const whole: Scenario = { ...inPlainOrder(told), ends: true, lost: [] };
        const torn: Scenario = { ...told, ends: true, found: true };
        expect(comparable(await play(report201, torn))).toEqual(comparable(await play(report201, whole)));
      }),
    );
  });
});

test('chargers that use the same transactions do not touch each other, however their messages mix', async () => {
  const registers = [registersOf([100, 200, 300]), registersOf([1_000, 2_000, 3_000])] as const;
  const indexes = [0, 1, 2, 3].flatMap((index) => [0, 1].map((who) => [who, index] as const));
  await fc.assert(
    fc.asyncProperty(deliveries(indexes), async (order) => {
      const run = ++lastCharger;
      const messages = registers.map((read, who) =>
        messagesOf(report201, { registers: read, ends: true, id: `m-${run}-${who}` }),
      );
      await Promise.all(
        order.flatMap(([who, index]) => {
          const message = messages[who]?.[index];
          return message ? [specimen.charging.reported(message)] : [];
        }),
      );
      for (const [who, energyWh] of [600, 6_000].entries()) {
        expect(await specimen.charging.sessions({ charger: `m-${run}-${who}`, limit: 9 })).toMatchObject([
          { state: 'ended', energyWh },
        ]);
      }
    }),
    { numRuns: 50 },
  );
});
