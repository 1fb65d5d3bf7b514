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

/** Tells all of it to a charger of its own, the connector's Available somewhere between, and returns its one session. */
async function play(report: typeof report16, { registers, ends, order, available }: Scenario): Promise<Session> {
  const id = `c-${++lastCharger}`;
  const messages = messagesOf(report, { registers, ends, id });
  let transaction: string | null = null;
  if (report === report16 && messages[0]) ({ transaction } = await specimen.charging.reported(messages[0]));
  const sent = order.flatMap((index, position) => {
    const message = messages[index];
    if (!message) return [];
    const named = message.phase === 'began' ? message : { ...message, transaction: transaction ?? message.transaction };
    const frees = position === available && report === report16 ? [becomesAvailable(id, messages.length)] : [];
    return [...frees, specimen.charging.reported(named)];
  });
  await Promise.all(sent);
  if (available !== null) await becomesAvailable(id, messages.length);
  const [session, ...others] = await specimen.charging.sessions({ charger: id, limit: 10 });
  expect(others).toEqual([]);
  if (!session) throw new Error(`${id} has no session.`);
  return session;
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
