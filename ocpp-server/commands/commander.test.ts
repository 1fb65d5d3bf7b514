import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chargerCommand, type Protocol } from '#charging/index.ts';
import { SECOND } from '#estate/units.ts';
import { openServer, type Specimen } from '../specimens/server.ts';
import type { Wire } from '../specimens/wire.ts';

let specimen: Specimen;
let count = 0;
beforeAll(async () => {
  specimen = await openServer({ callTimeoutMs: 30 * SECOND });
});
afterAll(() => specimen[Symbol.asyncDispose]());

async function connected(protocol: Protocol = 'ocpp1.6'): Promise<{ id: string; wire: Wire }> {
  const id = `C${++count}`;
  return { id, wire: await specimen.connect(id, protocol) };
}

describe('a stop', () => {
  test.each(['transaction', 'session'])('may name the session by our id, as its %s', async (field) => {
    const { id, wire } = await connected();
    const start = { connectorId: 1, idTag: 'CARD', meterStart: 0, timestamp: '2026-05-18T10:00:00Z' };
    const [, , { transactionId }] = (await wire.call('StartTransaction', start)) as [
      3,
      string,
      { transactionId: number },
    ];
    const [session] = await specimen.charging.sessions({ charger: id, limit: 1 });
    const stop = chargerCommand.parse({ command: 'stop', [field]: session?.id });
    const result = specimen.server.command(id, stop);
    const [, messageId, action, payload] = await wire.next();
    expect([action, payload]).toEqual(['RemoteStopTransaction', { transactionId }]);
    wire.send(JSON.stringify([3, messageId, { status: 'Accepted' }]));
    expect(await result).toMatchObject({ outcome: 'accepted' });

    const other = await connected();
    await expect(specimen.server.command(other.id, stop)).rejects.toMatchObject({ code: 'invalid' });
  });

  test('of a session that has not begun never leaves', async () => {
    const { id } = await connected();
    const charger = { id, site: null, synthetic: false };
    const request = { id: `wish-${id}`, charger, evse: 1, connector: 1, token: 'CARD', at: specimen.clock.now() };
    await specimen.charging.startRequested({ ...request, protocol: 'ocpp1.6' });
    const stop = specimen.server.command(id, { command: 'stop', transaction: request.id });
    await expect(stop).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('the outcome is', () => {
  const stop = { command: 'stop', transaction: '7' } as const;
  const answers: [what: string, answer: (id: unknown) => unknown[], result: object][] = [
    ['rejected', (id) => [3, id, { status: 'Rejected' }], { outcome: 'rejected', response: { status: 'Rejected' } }],
    [
      'failed, with the error as the charger put it',
      (id) => [4, id, 'InternalError', 'out of order', { part: 7 }],
      { outcome: 'failed', response: { code: 'InternalError', description: 'out of order', details: { part: 7 } } },
    ],
    ['failed when the answer says nothing', (id) => [3, id, {}], { outcome: 'failed', response: {} }],
    ['failed when the answer is no object', (id) => [3, id, 'yes'], { outcome: 'failed', response: 'yes' }],
  ];

  test.each(answers)('%s', async (_what, answer, expected) => {
    const { id, wire } = await connected();
    const result = specimen.server.command(id, stop);
    const [, messageId] = await wire.next();
    wire.send(JSON.stringify(answer(messageId)));
    expect(await result).toEqual(expected);
  });

  test('timed-out when no answer comes, and an answer after that is nobody’s', async () => {
    const { id, wire } = await connected();
    const result = specimen.server.command(id, stop);
    const [, late] = await wire.next();
    await specimen.clock.advance(30 * SECOND);
    expect(await result).toEqual({ outcome: 'timed-out', response: null });
    wire.send(JSON.stringify([3, late, { status: 'Accepted' }]));
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
    const next = specimen.server.command(id, stop);
    const [, messageId] = await wire.next();
    wire.send(JSON.stringify([3, messageId, { status: 'Accepted' }]));
    expect(await next).toMatchObject({ outcome: 'accepted' });
  });

  test('unknown when the charger goes while the call is in flight; what had not left was never sent', async () => {
    const { id, wire } = await connected();
    const inFlight = specimen.server.command(id, stop);
    const waiting = specimen.server.command(id, stop).catch((error: unknown) => error);
    await wire.next();
    wire.socket.terminate();
    expect(await inFlight).toEqual({ outcome: 'unknown', response: null });
    expect(await waiting).toMatchObject({ code: 'offline' });
  });

  test('expired for a call whose turn did not come in time', async () => {
    const { id, wire } = await connected();
    const first = specimen.server.command(id, stop);
    const second = specimen.server.command(id, stop);
    await wire.next();
    await specimen.clock.advance(30 * SECOND);
    expect(await first).toMatchObject({ outcome: 'timed-out' });
    expect(await second).toEqual({ outcome: 'expired', response: null });
  });
});

describe('a command', () => {
  test('to a charger that is not connected is refused', async () => {
    await expect(specimen.server.command('GONE', { command: 'reset', type: 'soft' })).rejects.toMatchObject({
      code: 'offline',
    });
  });

  test('goes out one at a time, in order', async () => {
    const { id, wire } = await connected();
    const both = [1, 2].map((evse) => specimen.server.command(id, { command: 'unlock', evse, connector: 1 }));
    const [, first, , payload] = await wire.next();
    expect(payload).toEqual({ connectorId: 1 });
    await wire.call('Heartbeat', {});
    wire.send(JSON.stringify([3, first, { status: 'Unlocked' }]));
    const [, second, , later] = await wire.next();
    expect(later).toEqual({ connectorId: 2 });
    wire.send(JSON.stringify([3, second, { status: 'UnlockFailed' }]));
    expect(await Promise.all(both)).toMatchObject([{ outcome: 'accepted' }, { outcome: 'rejected' }]);
  });

  test('is turned away when too many wait', async () => {
    const { id, wire } = await connected();
    const all = Array.from({ length: 40 }, () => specimen.server.command(id, { command: 'reset', type: 'soft' }));
    const settled = Promise.allSettled(all);
    await wire.next();
    wire.socket.terminate();
    const refused = (await settled).filter(
      (one) => one.status === 'rejected' && (one.reason as { code: string }).code === 'rate-limited',
    );
    expect(refused).toHaveLength(8);
  });

  const wrong: [what: string, action: string, payload: unknown, code: string][] = [
    ['of an unknown action', 'Nonsense', {}, 'unsupported'],
    ['of another version’s action', 'GetVariables', {}, 'unsupported'],
    ['without a required field', 'TriggerMessage', {}, 'invalid'],
    ['with a field of nobody', 'Reset', { type: 'Soft', why: 'so' }, 'invalid'],
    ['with no object', 'Reset', 'Soft', 'invalid'],
  ];

  test.each(wrong)('%s never leaves', async (_what, action, payload, code) => {
    const { id } = await connected();
    await expect(specimen.server.call(id, action, payload)).rejects.toMatchObject({ code });
  });

  test('that 1.6 cannot say never leaves', async () => {
    const { id } = await connected();
    const { server } = specimen;
    const invalid = { code: 'invalid' };
    await expect(server.command(id, { command: 'stop', transaction: 'tx' })).rejects.toMatchObject(invalid);
    await expect(server.command(id, { command: 'stop', transaction: ' ' })).rejects.toMatchObject(invalid);
    await expect(server.command(id, { command: 'reset', type: 'soft', evse: 2 })).rejects.toMatchObject(invalid);
    await expect(server.command(id, { command: 'start', token: 'x'.repeat(21) })).rejects.toMatchObject(invalid);
  });

  test('may be any action of the charger’s version', async () => {
    const { id, wire } = await connected();
    const result = specimen.server.call(id, 'GetConfiguration', { key: ['HeartbeatInterval'] });
    const [, messageId] = await wire.next();
    const response = { configurationKey: [], unknownKey: ['HeartbeatInterval'] };
    wire.send(JSON.stringify([3, messageId, response]));
    expect(await result).toEqual({ outcome: 'accepted', response });
  });
});

test.each<[Protocol, object, string]>([
  ['ocpp1.6', { chargePointVendor: 'A', chargePointModel: 'B' }, 'ChangeConfiguration'],
  ['ocpp2.0.1', { reason: 'PowerUp', chargingStation: { vendorName: 'A', model: 'B' } }, 'SetVariables'],
])('after a boot over %s the meter interval is asked for, where one is configured', async (protocol, boot, action) => {
  await using own = await openServer({ meterIntervalS: 60 });
  const wire = await own.connect('C1', protocol);
  await wire.call('BootNotification', boot);
  await own.clock.advance(5 * SECOND);
  expect(await wire.next()).toMatchObject([2, expect.any(String), action, {}]);
});
