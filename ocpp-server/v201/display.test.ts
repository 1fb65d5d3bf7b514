import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openExchange, type Exchange } from '../specimens/exchange.ts';
import { openServer, TEN, type Specimen } from '../specimens/server.ts';

let specimen: Specimen;
let station: Exchange;
let count = 0;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());
beforeEach(async () => {
  station = await openExchange(specimen, { id: `S${++count}`, protocol: 'ocpp2.0.1' });
});

const requestId = expect.any(Number) as number;
const messages = () => specimen.charging.displays.messages({ charger: station.id, at: TEN, limit: 9 });
const ids = async () => (await messages()).map(({ id }) => id);
const show = (id: number, status = 'Accepted') =>
  station.command({ command: 'display-message', content: 'Ciao', id }, { status });

describe('SetDisplayMessage:', () => {
  test('is sent with all that was said, and kept once accepted', async () => {
    const command = {
      command: 'display-message',
      content: 'Bitte warten',
      language: 'de',
      priority: 'in-front',
      state: 'idle',
      from: '2026-05-18T08:00:00Z',
      to: '2026-05-18T18:00:00Z',
      evse: 2,
    };
    const sent = await station.command(command, { status: 'Accepted' });
    expect(sent).toEqual({
      action: 'SetDisplayMessage',
      payload: {
        message: {
          id: requestId,
          priority: 'InFront',
          state: 'Idle',
          startDateTime: '2026-05-18T08:00:00.000Z',
          endDateTime: '2026-05-18T18:00:00.000Z',
          message: { format: 'UTF8', language: 'de', content: 'Bitte warten' },
          display: { name: 'Display', evse: { id: 2 } },
        },
      },
      result: { outcome: 'accepted', response: { status: 'Accepted' } },
    });
    expect(await messages()).toMatchObject([
      { priority: 'in-front', state: 'idle', format: 'utf8', content: 'Bitte warten', evse: 2 },
    ]);
  });

  test('is not kept where the station cannot show it', async () => {
    const { result } = await show(1, 'NotSupportedPriority');
    expect(result.outcome).toBe('rejected');
    expect(await messages()).toEqual([]);
  });
});

test.each(['Accepted', 'Unknown'])('ClearDisplayMessage: %s, it is gone', async (status) => {
  await show(1);
  expect(await station.command({ command: 'clear-displayed-message', id: 1 }, { status })).toMatchObject({
    action: 'ClearDisplayMessage',
    payload: { id: 1 },
    result: { outcome: 'accepted' },
  });
  expect(await messages()).toEqual([]);
});

describe('GetDisplayMessages:', () => {
  const info = (id: number) => ({ id, priority: 'NormalCycle', message: { format: 'ASCII', content: 'Hi' } });

  test('NotifyDisplayMessages: the parts are all there is', async () => {
    await show(1);
    const { action, payload } = await station.command({ command: 'get-displayed-messages' }, { status: 'Accepted' });
    expect([action, payload]).toEqual(['GetDisplayMessages', { requestId }]);
    const part = (id: number, tbc: boolean) =>
      station.wire.call('NotifyDisplayMessages', { ...payload, tbc, messageInfo: [info(id)] });
    await part(7, true);
    expect(await ids()).toEqual([1, 7]);
    await part(8, false);
    expect(await ids()).toEqual([7, 8]);
  });

  test('of some only says nothing of the others', async () => {
    await show(1);
    const command = { command: 'get-displayed-messages', ids: [9], priority: 'in-front', state: 'charging' };
    const { payload, result } = await station.command(command, { status: 'Unknown' });
    expect(payload).toEqual({ requestId, id: [9], priority: 'InFront', state: 'Charging' });
    expect(result.outcome).toBe('accepted');
    expect(await ids()).toEqual([1]);
  });

  test('of all, and there is none', async () => {
    await show(1);
    await station.command({ command: 'get-displayed-messages' }, { status: 'Unknown' });
    expect(await ids()).toEqual([]);
  });
});
