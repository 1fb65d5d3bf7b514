import { afterEach, beforeEach, expect, test } from 'vitest';
import { isoTime, MINUTE } from '#estate/units.ts';
import { openServer, TEN, type Specimen } from '../specimens/server.ts';
import type { Wire } from '../specimens/wire.ts';

let specimen: Specimen;
let wire: Wire;
beforeEach(async () => {
  specimen = await openServer();
  wire = await specimen.connect('C1');
});
afterEach(() => specimen[Symbol.asyncDispose]());

const start = { connectorId: 1, idTag: 'CARD', meterStart: 1_000, timestamp: isoTime(TEN) };
const doubtful = () => specimen.charging.reconciliation.list({ settled: false, limit: 9 });

async function begin(): Promise<unknown> {
  await specimen.charging.putToken({ token: 'CARD', status: 'accepted', group: null, expiresAt: null });
  const [, , payload] = await wire.call('StartTransaction', start);
  return (payload as { transactionId: unknown }).transactionId;
}

test('StartTransaction: with a tag that nobody registered it is kept, confirmed with Invalid, and shown with its message', async () => {
  const [type, , payload] = await wire.call('StartTransaction', start);
  expect([type, payload]).toEqual([3, { transactionId: expect.any(Number), idTagInfo: { status: 'Invalid' } }]);
  expect(await doubtful()).toMatchObject([
    {
      session: { token: 'CARD', state: 'active' },
      frames: [{ frame: JSON.stringify([2, 'c1', 'StartTransaction', start]) }],
    },
  ]);
});

test('StartTransaction: sent again under another id, it is the same transaction', async () => {
  const transactionId = await begin();
  expect(await wire.call('StartTransaction', start)).toMatchObject([3, 'c2', { transactionId }]);
  expect(await specimen.charging.sessions({ limit: 9 })).toHaveLength(1);
});

test.each([-1, 0, 4711, '9223372036854775807'])(
  'StopTransaction: of the unknown transaction %s it is confirmed, and shown with its message',
  async (transactionId) => {
    const stop = { transactionId, meterStop: 3_000, timestamp: isoTime(TEN) };
    expect(await wire.call('StopTransaction', stop)).toEqual([3, 'c1', {}]);
    expect(await wire.call('StopTransaction', stop)).toEqual([3, 'c2', {}]);
    expect(await doubtful()).toMatchObject([
      { doubts: [{ doubt: 'orphan-stop' }], frames: [{ frame: JSON.stringify([2, 'c1', 'StopTransaction', stop]) }] },
    ]);
  },
);

test('StopTransaction: a register that fell is shown with the message in which it did', async () => {
  const transactionId = await begin();
  const value = (wh: number, minute: number) => ({
    timestamp: isoTime(TEN + minute * MINUTE),
    sampledValue: [{ value: String(wh) }],
  });
  await wire.call('MeterValues', { connectorId: 1, transactionId, meterValue: [value(1_900, 5)] });
  await wire.call('MeterValues', { connectorId: 1, transactionId, meterValue: [value(0, 6)] });
  await wire.call('StopTransaction', { transactionId, meterStop: 2_000, timestamp: isoTime(TEN + 9 * MINUTE) });
  expect(await doubtful()).toMatchObject([
    {
      session: { state: 'ended', energyWh: 1_000, doubts: ['falling-register'] },
      frames: [{ frame: expect.stringMatching(/^\[2,"c3","MeterValues"/) }],
    },
  ]);
});

test('MeterValues: the currents by phase tell on how many a car charges', async () => {
  const transactionId = await begin();
  const current = (phase: string, value: number) => ({
    value: String(value),
    measurand: 'Current.Import',
    phase,
    unit: 'A',
  });
  const power = { value: '3.6', measurand: 'Power.Active.Import', unit: 'kW' };
  const values = [power, current('L1', 0), current('L2', 15.7), current('L3', 0.1)];
  const meterValue = [{ timestamp: isoTime(TEN), sampledValue: values }];
  await wire.call('MeterValues', { connectorId: 1, transactionId, meterValue });
  expect(await specimen.charging.activeSessions({})).toMatchObject([{ powerW: 3_600, currentA: 15.7, phases: 1 }]);
});
