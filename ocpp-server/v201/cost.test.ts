import { afterEach, beforeEach, expect, test } from 'vitest';
import { isoTime, MINUTE } from '#estate/units.ts';
import { openDialogue, type Dialogue } from '../specimens/dialogue.ts';
import { TEN } from '../specimens/server.ts';

let dialogue: Dialogue;
beforeEach(async () => {
  dialogue = await openDialogue('ocpp2.0.1');
  await dialogue.specimen.charging.putToken({ token: 'CARD', status: 'accepted' });
});
afterEach(() => dialogue[Symbol.asyncDispose]());

const setPrice = () =>
  dialogue.specimen.charging.costs.putPrice(
    { scope: 'site', id: 'barolo' },
    { perKwh: 0.5, currency: 'EUR', since: TEN },
  );
const event = (seqNo: number, eventType: string, wh: number) => {
  const timestamp = isoTime(dialogue.specimen.clock.now());
  return dialogue.tell('TransactionEvent', {
    eventType,
    timestamp,
    triggerReason: 'MeterValuePeriodic',
    seqNo,
    transactionInfo: { transactionId: 'tx' },
    evse: { id: 1, connectorId: 1 },
    ...(seqNo === 0 ? { idToken: { idToken: 'CARD', type: 'ISO14443' } } : {}),
    meterValue: [{ timestamp, sampledValue: [{ value: wh }] }],
  });
};

/** Answers all that the station is asked. */
function obey(answer: object | string = {}): void {
  dialogue.wire.socket.on('message', (data: Buffer) => {
    const [type, id] = JSON.parse(data.toString()) as unknown[];
    if (type !== 2) return;
    dialogue.wire.send(JSON.stringify(typeof answer === 'string' ? [4, id, answer, '', {}] : [3, id, answer]));
  });
}

/** Lets a minute pass with something metered. */
async function aMinute(seqNo: number, wh: number): Promise<void> {
  await dialogue.specimen.clock.advance(30_000);
  await event(seqNo, 'Updated', wh);
  await dialogue.specimen.clock.advance(30_000);
}

const costsTold = async () => {
  const frames = (await dialogue.specimen.trace('C1')).map(({ frame }) => JSON.parse(frame) as unknown[]);
  return frames.flatMap(([, , action, payload]) => (action === 'CostUpdated' ? [payload] : []));
};

test('CostUpdated: shows what a session has come to, once a minute while it is metered', async () => {
  obey();
  await setPrice();
  await event(0, 'Started', 0);
  await aMinute(1, 4_000);
  await aMinute(2, 6_000);
  await dialogue.specimen.clock.advance(5 * MINUTE);
  await expect.poll(costsTold).toEqual([
    { transactionId: 'tx', totalCost: 2 },
    { transactionId: 'tx', totalCost: 3 },
  ]);
});

test('CostUpdated: is not sent again to a station that cannot show it', async () => {
  obey('NotImplemented');
  await setPrice();
  await event(0, 'Started', 0);
  await aMinute(1, 4_000);
  await expect.poll(costsTold).toHaveLength(1);
  await aMinute(2, 6_000);
  await aMinute(3, 7_000);
  expect(await costsTold()).toHaveLength(1);
});

test('CostUpdated: is not sent where there is no price', async () => {
  obey();
  await event(0, 'Started', 0);
  await aMinute(1, 4_000);
  await aMinute(2, 6_000);
  expect(await costsTold()).toEqual([]);
});

test('TransactionEvent: the last one is told what the session costs in all', async () => {
  await setPrice();
  expect(await event(0, 'Started', 1_000)).toEqual({ idTokenInfo: { status: 'Accepted' } });
  expect(await event(1, 'Ended', 13_500)).toEqual({ totalCost: 6.25 });
});

test('TransactionEvent: the last one is told nothing of a cost where nobody knows one', async () => {
  await event(0, 'Started', 0);
  expect(await event(1, 'Ended', 9_000)).toEqual({});
});

test('CostUpdated: a cost that somebody says is shown, and counts', async () => {
  await event(0, 'Started', 0);
  const [session] = await dialogue.specimen.charging.sessions({ limit: 1 });
  const { calls, result } = await dialogue.ask({ command: 'cost', session: session?.id, amount: 7.5 }, {});
  expect(calls).toEqual([['CostUpdated', { totalCost: 7.5, transactionId: 'tx' }]]);
  expect(result.outcome).toBe('accepted');
  expect(await event(1, 'Ended', 9_000)).toEqual({ totalCost: 7.5 });
  expect(await dialogue.specimen.charging.sessions({ limit: 1 })).toMatchObject([{ cost: { amount: 7.5 } }]);
});

test('CostUpdated: is something that 1.6 cannot say', async () => {
  await using other = await openDialogue('ocpp1.6');
  await expect(other.ask({ command: 'cost', session: '1', amount: 1 })).rejects.toMatchObject({ code: 'unsupported' });
});
