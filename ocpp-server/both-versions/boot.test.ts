import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chargerCommand, type Protocol, type Registration } from '#charging/index.ts';
import { SECOND } from '#estate/units.ts';
import { openServer, type Specimen } from '../specimens/server.ts';
import type { Wire } from '../specimens/wire.ts';

let specimen: Specimen;
let count = 0;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());

const BOOTS: Record<Protocol, object> = {
  'ocpp1.6': { chargePointVendor: 'Acme', chargePointModel: 'Wall', firmwareVersion: '1.0' },
  'ocpp2.0.1': { reason: 'PowerUp', chargingStation: { vendorName: 'Acme', model: 'Wall', firmwareVersion: '1.0' } },
};
const PROTOCOLS = ['ocpp1.6', 'ocpp2.0.1'] as const;

async function connect(protocol: Protocol, registration: Registration) {
  const id = `B${++count}`;
  await specimen.charging.registrations.put(id, registration);
  return { id, wire: await specimen.connect(id, protocol) };
}
const command = (id: string, said: object) => specimen.server.command(id, chargerCommand.parse(said));
const refused = (callId: string, why = '') => [4, callId, 'SecurityError', expect.stringMatching(why) as string, {}];
async function answer(wire: Wire, response: object): Promise<unknown[]> {
  const [, messageId, ...call] = await wire.next();
  wire.send(JSON.stringify([3, messageId, response]));
  return call;
}

describe.each(PROTOCOLS)('BootNotification over %s:', (protocol) => {
  const boot = BOOTS[protocol];

  test.each<[Registration, string, number]>([
    ['accepted', 'Accepted', 300],
    ['pending', 'Pending', 60],
    ['rejected', 'Rejected', 600],
  ])('a charger that is %s is told so, and when to come again', async (registration, status, interval) => {
    const { id, wire } = await connect(protocol, registration);
    const currentTime = expect.stringMatching(/^2026-05-18T10:.*Z$/) as string;
    expect(await wire.call('BootNotification', boot)).toEqual([3, 'c1', { status, interval, currentTime }]);
    expect(await specimen.charging.station(id)).toMatchObject({ vendor: 'Acme', model: 'Wall', firmware: '1.0' });
  });

  test.each(['pending', 'rejected'] as const)(
    'while it is %s, other calls are a SecurityError',
    async (registration) => {
      const { wire } = await connect(protocol, registration);
      expect(await wire.call('Heartbeat', {})).toEqual(refused('c1'));
      await wire.call('BootNotification', boot);
      expect(await wire.call('Heartbeat', {})).toEqual(refused('c3', registration));
    },
  );

  test('one that was accepted before need not boot when it connects anew', async () => {
    const { wire } = await connect(protocol, 'accepted');
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
  });

  test('what it was told holds until it boots again', async () => {
    const { id, wire } = await connect(protocol, 'accepted');
    await wire.call('BootNotification', boot);
    await specimen.charging.registrations.put(id, 'pending');
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c2', {}]);
    await wire.call('BootNotification', boot);
    expect(await wire.call('Heartbeat', {})).toEqual(refused('c4'));
    await specimen.charging.registrations.put(id, 'accepted');
    await wire.call('BootNotification', boot);
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c6', {}]);
  });

  test('while pending it is set up, triggered, and serves nobody', async () => {
    const { id, wire } = await connect(protocol, 'pending');
    await wire.call('BootNotification', boot);
    await expect(command(id, { command: 'start', token: 'CARD', evse: 1 })).rejects.toMatchObject({ code: 'conflict' });
    const asked = command(id, { command: 'trigger', message: 'heartbeat' });
    expect(await answer(wire, { status: 'Accepted' })).toMatchObject(['TriggerMessage', {}]);
    expect(await asked).toMatchObject({ outcome: 'accepted' });
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c2', {}]);
  });

  test('while rejected it is asked for nothing but a boot', async () => {
    const { id, wire } = await connect(protocol, 'rejected');
    const nothing = [
      { command: 'get-variables', variables: [{ name: 'meter-interval' }] },
      { command: 'trigger', message: 'heartbeat' },
    ];
    for (const said of nothing) await expect(command(id, said)).rejects.toMatchObject({ code: 'conflict' });
    const asked = command(id, { command: 'trigger', message: 'boot' });
    expect(await answer(wire, { status: 'Accepted' })).toEqual([
      'TriggerMessage',
      { requestedMessage: 'BootNotification' },
    ]);
    await asked;
  });
});

test('no bill is lost for the standing of its charger: transactions are kept in any', async () => {
  const one = await connect('ocpp1.6', 'rejected');
  const timestamp = '2026-05-18T10:00:00Z';
  const start = { connectorId: 1, idTag: 'CARD', meterStart: 100, timestamp };
  const [type, , { transactionId }] = (await one.wire.call('StartTransaction', start)) as [number, string, never];
  await one.wire.call('StopTransaction', { transactionId, meterStop: 1_100, timestamp: '2026-05-18T11:00:00Z' });
  expect(type).toBe(3);

  const two = await connect('ocpp2.0.1', 'pending');
  const ended = { eventType: 'Ended', timestamp, triggerReason: 'EVDeparted', seqNo: 3 };
  const transactionInfo = { transactionId: 'tx', stoppedReason: 'EVDisconnected' };
  expect(await two.wire.call('TransactionEvent', { ...ended, transactionInfo, evse: { id: 1 } })).toEqual([
    3,
    'c1',
    {},
  ]);

  const sessions = [one.id, two.id].map((charger) => specimen.charging.sessions({ charger, limit: 9 }));
  expect((await Promise.all(sessions)).map((of) => of.map(({ energyWh }) => energyWh))).toEqual([[1_000], [0]]);
});

test('NotifyReport: a station that is pending reports what it is asked to report', async () => {
  const { id, wire } = await connect('ocpp2.0.1', 'pending');
  const report = (requestId: number) =>
    wire.call('NotifyReport', { requestId, seqNo: 0, generatedAt: '2026-05-18T10:00:00Z' });
  expect(await report(1)).toEqual(refused('c1'));
  const asked = command(id, { command: 'request-report' });
  const [, { requestId }] = (await answer(wire, { status: 'Accepted' })) as [string, { requestId: number }];
  await asked;
  expect(await report(requestId)).toEqual([3, 'c2', {}]);
  expect(await specimen.charging.variables.reports({ charger: id, limit: 1 })).toMatchObject([{ state: 'complete' }]);
});

test.each<[Protocol, string]>([
  ['ocpp1.6', 'GetConfiguration'],
  ['ocpp2.0.1', 'GetBaseReport'],
])(
  'after the first boot of a firmware over %s its variables are read, where that is configured',
  async (protocol, action) => {
    await using own = await openServer({ readsInventory: true, meterIntervalS: 60 });
    const wire = await own.connect('C1', protocol);
    const boot = async () => {
      await wire.call('BootNotification', BOOTS[protocol]);
      await own.clock.advance(5 * SECOND);
      const asked = (await answer(wire, { status: 'Rejected' }))[0];
      return asked;
    };
    expect(await boot()).toBe(protocol === 'ocpp1.6' ? 'ChangeConfiguration' : 'SetVariables');
    expect(await answer(wire, { status: 'Rejected' })).toMatchObject([action, {}]);
    await boot();
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c3', {}]);
  },
);

test('SetNetworkProfile: what it says of a network goes out whole, and its passwords are kept nowhere', async () => {
  const { id, wire } = await connect('ocpp2.0.1', 'accepted');
  const vpn = { server: 'vpn.example.org', user: 'station', password: 'hush-vpn', key: 'hush-key', type: 'IKEv2' };
  const result = command(id, {
    command: 'set-network-profile',
    slot: 1,
    profile: {
      url: 'wss://csms.example.org/ocpp',
      interface: 'Wireless0',
      securityProfile: 2,
      apn: { name: 'internet', password: 'hush-apn' },
      vpn,
    },
  });
  expect(await answer(wire, { status: 'Accepted' })).toEqual([
    'SetNetworkProfile',
    {
      configurationSlot: 1,
      connectionData: {
        ocppVersion: 'OCPP20',
        ocppTransport: 'JSON',
        ocppCsmsUrl: 'wss://csms.example.org/ocpp',
        messageTimeout: 30,
        securityProfile: 2,
        ocppInterface: 'Wireless0',
        apn: { apn: 'internet', apnPassword: 'hush-apn', apnAuthentication: 'AUTO' },
        vpn,
      },
    },
  ]);
  expect(await result).toEqual({ outcome: 'accepted', response: { status: 'Accepted' } });
  expect(JSON.stringify(await specimen.trace(id))).not.toContain('hush');
});
