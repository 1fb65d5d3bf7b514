import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isoTime, MINUTE, SECOND } from '#estate/units.ts';
import { openServer, TEN, type Specimen } from '../specimens/server.ts';
import type { Wire } from '../specimens/wire.ts';

let specimen: Specimen;
beforeEach(async () => {
  specimen = await openServer();
});
afterEach(() => specimen[Symbol.asyncDispose]());

const event = (eventType: string, seqNo: number, more: object = {}) => ({
  eventType,
  timestamp: isoTime(TEN + seqNo * MINUTE),
  triggerReason: 'Trigger',
  seqNo,
  transactionInfo: { transactionId: 'tx' },
  evse: { id: 1, connectorId: 1 },
  ...more,
});
const register = (wh: number, more: object[] = []) => [
  { timestamp: isoTime(TEN), sampledValue: [{ value: wh, measurand: 'Energy.Active.Import.Register' }, ...more] },
];
const sessionOf = async (charger = 'S1') => (await specimen.charging.sessions({ charger, limit: 2 }))[0];
const asked = async () =>
  (await specimen.trace('S1')).filter(
    ({ frame, direction }) => direction === 'out' && frame.includes('GetTransactionStatus'),
  );

/** A station in the middle of a session loses its connection and is back; the question it is asked once it had time. */
async function comeBack(): Promise<{ wire: Wire; question: unknown[] }> {
  const first = await specimen.connect('S1', 'ocpp2.0.1');
  await first.call('TransactionEvent', event('Started', 0, { meterValue: register(1_000) }));
  await first.call('TransactionEvent', event('Updated', 1, { meterValue: register(1_700) }));
  first.socket.close();
  await first.closed;
  await specimen.clock.advance(SECOND);
  const wire = await specimen.connect('S1', 'ocpp2.0.1');
  await specimen.clock.advance(2 * MINUTE);
  return { wire, question: await wire.next() };
}

function answer(wire: Wire, question: unknown[], payload: object): void {
  wire.send(JSON.stringify([3, question[1], payload]));
}

describe('TransactionEvent', () => {
  test('the message that raises a doubt is kept with it, and no other', async () => {
    const wire = await specimen.connect('S1', 'ocpp2.0.1');
    await wire.call('TransactionEvent', event('Started', 0, { idToken: { idToken: 'nobody', type: 'ISO14443' } }));
    await wire.call('TransactionEvent', event('Updated', 1));
    await specimen.clock.advance(SECOND);
    await wire.call('TransactionEvent', event('Updated', 3));
    const [doubtful] = await specimen.charging.reconciliation.list({ settled: false, limit: 9 });
    expect(doubtful?.doubts.map(({ doubt }) => doubt)).toEqual(['unknown-token', 'missing-events']);
    expect(doubtful?.frames.map(({ frame }) => JSON.parse(frame))).toEqual([
      [2, 'c1', 'TransactionEvent', expect.objectContaining({ seqNo: 0 })],
      [2, 'c3', 'TransactionEvent', expect.objectContaining({ seqNo: 3 })],
    ]);
  });

  test('the currents by phase tell on how many a car charges', async () => {
    const wire = await specimen.connect('S1', 'ocpp2.0.1');
    const current = (phase: string, value: number) => ({ value, measurand: 'Current.Import', phase });
    const power = { value: 6_800, measurand: 'Power.Active.Import' };
    const phases = [power, current('L1', 29.6), current('L2', 0), current('L3', 0)];
    await wire.call('TransactionEvent', event('Started', 0, { meterValue: register(0, phases) }));
    expect(await specimen.charging.activeSessions({})).toMatchObject([{ powerW: 6_800, currentA: 29.6, phases: 1 }]);
  });
});

describe('GetTransactionStatus', () => {
  test('is asked of a station that came back with a session that is held active', async () => {
    const { question } = await comeBack();
    expect(question).toEqual([2, expect.any(String), 'GetTransactionStatus', { transactionId: 'tx' }]);
  });

  test.each([
    {
      name: 'a transaction that it no longer knows is closed',
      payload: { ongoingIndicator: false, messagesInQueue: false },
      session: { state: 'incomplete', energyWh: 700, reason: 'the charger no longer knows the transaction' },
    },
    {
      name: 'one that goes on is left',
      payload: { ongoingIndicator: true, messagesInQueue: false },
      session: { state: 'active', doubts: [] },
    },
    {
      name: 'one of which more is to come is waited for',
      payload: { ongoingIndicator: false, messagesInQueue: true },
      session: { state: 'active', doubts: [] },
    },
    {
      name: 'one of which it says nothing is left',
      payload: { messagesInQueue: false },
      session: { state: 'active', doubts: [] },
    },
  ])('$name', async ({ payload, session }) => {
    const { wire, question } = await comeBack();
    answer(wire, question, payload);
    // Served after the answer.
    await wire.call('Heartbeat', {});
    await expect.poll(() => sessionOf()).toMatchObject(session);
  });

  test('is asked again while there is more to come, and then no more', async () => {
    const { wire, question } = await comeBack();
    answer(wire, question, { ongoingIndicator: false, messagesInQueue: true });
    await wire.call('Heartbeat', {});
    await specimen.clock.advance(10 * MINUTE);
    const again = await wire.next();
    expect(again.slice(2)).toEqual(['GetTransactionStatus', { transactionId: 'tx' }]);
    answer(wire, again, { ongoingIndicator: true, messagesInQueue: false });
    await wire.call('Heartbeat', {});
    await specimen.clock.advance(11 * MINUTE);
    await wire.call('Heartbeat', {});
    expect(await asked()).toHaveLength(2);
  });

  test('is not asked again of a station that does not know the question', async () => {
    const { wire, question } = await comeBack();
    await wire.call('TransactionEvent', event('Updated', 5));
    wire.send(JSON.stringify([4, question[1], 'NotImplemented', '', {}]));
    await wire.call('Heartbeat', {});
    await specimen.clock.advance(11 * MINUTE);
    await wire.call('Heartbeat', {});
    expect(await asked()).toHaveLength(1);
  });

  test('is asked about a gap, which is given up when the station cannot fill it', async () => {
    const wire = await specimen.connect('S1', 'ocpp2.0.1');
    await specimen.clock.advance(3 * MINUTE);
    await wire.call('TransactionEvent', event('Started', 0, { meterValue: register(1_000) }));
    await wire.call('TransactionEvent', event('Ended', 2, { meterValue: register(3_000) }));
    expect(await sessionOf()).toMatchObject({ state: 'ended', doubts: ['missing-events'] });
    await specimen.clock.advance(10 * MINUTE);
    const question = await wire.next();
    expect(question.slice(2)).toEqual(['GetTransactionStatus', { transactionId: 'tx' }]);
    answer(wire, question, { ongoingIndicator: false, messagesInQueue: false });
    await expect
      .poll(() => sessionOf())
      .toMatchObject({ state: 'incomplete', energyWh: 2_000, doubts: ['lost-events'] });
    await wire.call('TransactionEvent', event('Updated', 1, { meterValue: register(2_000) }));
    expect(await sessionOf()).toMatchObject({ state: 'ended', energyWh: 2_000, doubts: [] });
  });

  test.each([
    [{ transaction: 'tx' }, { transactionId: 'tx' }],
    [{}, {}],
  ])('as a command: %j', async (given, payload) => {
    const wire = await specimen.connect('S1', 'ocpp2.0.1');
    const said = specimen.server.command('S1', { command: 'transaction-status', ...given });
    const question = await wire.next();
    expect(question.slice(2)).toEqual(['GetTransactionStatus', payload]);
    answer(wire, question, { messagesInQueue: false });
    expect(await said).toEqual({ outcome: 'accepted', response: { messagesInQueue: false } });
  });

  test('is not asked about what began after the station was back', async () => {
    const wire = await specimen.connect('S1', 'ocpp2.0.1');
    await wire.call('TransactionEvent', event('Started', 0));
    await specimen.clock.advance(11 * MINUTE);
    await wire.call('Heartbeat', {});
    expect(await asked()).toEqual([]);
  });

  test('is nothing that 1.6 knows', async () => {
    const wire = await specimen.connect('S1');
    const timestamp = isoTime(TEN);
    await wire.call('StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0, timestamp });
    await specimen.clock.advance(11 * MINUTE + SECOND);
    await wire.call('Heartbeat', {});
    expect(await asked()).toEqual([]);
    const refused = specimen.server.command('S1', { command: 'transaction-status' });
    await expect(refused).rejects.toMatchObject({ code: 'unsupported' });
  });
});
