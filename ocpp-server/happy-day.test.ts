import { expect, test } from 'vitest';
import { MINUTE, isoTime } from '#estate/units.ts';
import { openServer, TEN, type Specimen } from './specimens/server.ts';
import { checkStrictly } from './wire/schemas.ts';

/** Every answer keeps strictly to the published schemas, however generously the calls were read. */
async function expectStrictAnswers(specimen: Specimen, charger: string, calls: number): Promise<void> {
  await expect.poll(async () => (await specimen.trace(charger)).length).toBe(2 * calls);
  const actions = new Map<string, string>();
  for (const { frame, protocol } of await specimen.trace(charger)) {
    const [type, id, ...rest] = JSON.parse(frame) as [number, string, ...unknown[]];
    if (type === 2) actions.set(id, String(rest[0]));
    else checkStrictly(protocol, { action: actions.get(id) ?? '', payload: rest[0], kind: 'conf' });
  }
}

const at = (minute: number) => isoTime(TEN + minute * MINUTE);

test('a day of a charger of OCPP 1.6 ends with the right kWh', async () => {
  await using specimen = await openServer({ heartbeatIntervalS: 240 });
  const { charging, clock, readings } = specimen;
  await charging.putToken({ token: 'CARD-1', status: 'accepted', group: 'post', expiresAt: null });
  const wire = await specimen.connect('C1', 'ocpp1.6');

  expect(await wire.call('BootNotification', { chargePointVendor: 'Ada', chargePointModel: 'One' })).toEqual([
    3,
    'c1',
    { status: 'Accepted', currentTime: at(0), interval: 240 },
  ]);
  await wire.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
  const [, , authorized] = await wire.call('Authorize', { idTag: 'CARD-1' });
  expect(authorized).toEqual({ idTagInfo: { status: 'Accepted', parentIdTag: 'post' } });
  const start = { connectorId: 1, idTag: 'CARD-1', meterStart: 1_000, timestamp: at(0) };
  const [, , started] = (await wire.call('StartTransaction', start)) as [number, string, { transactionId: number }];
  expect(started).toEqual({
    transactionId: expect.any(Number) as number,
    idTagInfo: { status: 'Accepted', parentIdTag: 'post' },
  });
  const { transactionId } = started;

  await clock.advance(10 * MINUTE);
  const sampledValue = [
    { value: '2.5', unit: 'kWh', measurand: 'Energy.Active.Import.Register' },
    { value: '7400', unit: 'W', measurand: 'Power.Active.Import' },
  ];
  const meterValue = [{ timestamp: at(10), sampledValue }];
  expect(await wire.call('MeterValues', { connectorId: 1, transactionId, meterValue })).toEqual([3, 'c5', {}]);
  expect(await charging.sessions({ limit: 1 })).toMatchObject([{ state: 'active', energyWh: 1_500, powerW: 7_400 }]);

  await clock.advance(20 * MINUTE);
  const stop = { transactionId, idTag: 'CARD-1', meterStop: 5_700, timestamp: at(30), reason: 'EVDisconnected' };
  expect(await wire.call('StopTransaction', stop)).toEqual([
    3,
    'c6',
    { idTagInfo: { status: 'Accepted', parentIdTag: 'post' } },
  ]);
  expect(await charging.sessions({ limit: 9 })).toMatchObject([
    { charger: 'C1', site: 'barolo', evse: 1, state: 'ended', energyWh: 4_700, protocol: 'ocpp1.6', doubts: [] },
  ]);
  expect(await charging.station('C1')).toMatchObject({ vendor: 'Ada', model: 'One', online: true });
  expect(readings).toEqual([
    {
      site: 'barolo',
      device: 'C1:1',
      type: 'charging-station',
      ts: TEN + 10 * MINUTE,
      values: { TotWhImp: 2_500, W: 7_400 },
    },
    { site: 'barolo', device: 'C1:1', type: 'charging-station', ts: TEN + 30 * MINUTE, values: { W: 0 } },
  ]);
  await expectStrictAnswers(specimen, 'C1', 6);
});

test('a day of a station of OCPP 2.0.1 ends with the right kWh', async () => {
  await using specimen = await openServer();
  const { charging, clock, readings } = specimen;
  await charging.putToken({ token: 'CARD-2', status: 'accepted', group: null, expiresAt: null });
  const wire = await specimen.connect('C2', 'ocpp2.0.1');
  const meter = (minute: number, wh: number, powerW: number) => [
    {
      timestamp: at(minute),
      sampledValue: [
        { value: wh / 1_000, unitOfMeasure: { unit: 'kWh' } },
        { value: powerW / 1_000, measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'W', multiplier: 3 } },
      ],
    },
  ];
  const event = (seqNo: number, eventType: string, more: object) => ({
    eventType,
    seqNo,
    triggerReason: 'CablePluggedIn',
    timestamp: isoTime(clock.now()),
    ...more,
  });
  const idToken = { idToken: 'CARD-2', type: 'ISO14443' };
  const transactionInfo = { transactionId: 'tx-1', chargingState: 'Charging' };

  const boot = { reason: 'PowerUp', chargingStation: { vendorName: 'Bea', model: 'Two', serialNumber: 'S/N 2' } };
  expect(await wire.call('BootNotification', boot)).toMatchObject([3, 'c1', { status: 'Accepted', interval: 300 }]);
  const status = { evseId: 2, connectorId: 1, connectorStatus: 'Occupied', timestamp: at(0) };
  expect(await wire.call('StatusNotification', status)).toEqual([3, 'c2', {}]);
  expect(await wire.call('Authorize', { idToken })).toEqual([3, 'c3', { idTokenInfo: { status: 'Accepted' } }]);
  const evse = { id: 2, connectorId: 1 };
  const began = event(0, 'Started', { transactionInfo, idToken, evse, meterValue: meter(0, 50_000, 0) });
  expect(await wire.call('TransactionEvent', began)).toEqual([3, 'c4', { idTokenInfo: { status: 'Accepted' } }]);
  await clock.advance(10 * MINUTE);
  const updated = event(1, 'Updated', { transactionInfo, meterValue: meter(10, 51_500, 11_000) });
  expect(await wire.call('TransactionEvent', updated)).toEqual([3, 'c5', {}]);
  expect(await charging.station('C2')).toMatchObject({ connectors: [{ evse: 2, connector: 1, state: 'charging' }] });

  await clock.advance(MINUTE);
  const over = { transactionId: 'tx-1', stoppedReason: 'EVDisconnected' };
  const ended = event(2, 'Ended', { transactionInfo: over, meterValue: meter(11, 52_000, 11_000) });
  expect(await wire.call('TransactionEvent', ended)).toEqual([3, 'c6', {}]);
  expect(await charging.sessions({ limit: 9 })).toMatchObject([
    { charger: 'C2', evse: 2, transaction: 'tx-1', state: 'ended', energyWh: 2_000, reason: 'EVDisconnected' },
  ]);
  expect(await charging.station('C2')).toMatchObject({ connectors: [{ evse: 2, connector: 1, state: 'occupied' }] });
  expect(readings.map(({ device, values }) => [device, values])).toEqual([
    ['C2:2', { TotWhImp: 50_000, W: 0 }],
    ['C2:2', { TotWhImp: 51_500, W: 11_000 }],
    ['C2:2', { TotWhImp: 52_000, W: 0 }],
  ]);
  await expectStrictAnswers(specimen, 'C2', 6);
});

test('a station of OCPP 2.0.1 that asks for no token and names its EVSE late, and no connector, ends with the right kWh', async () => {
  await using specimen = await openServer();
  const { charging } = specimen;
  const wire = await specimen.connect('C3', 'ocpp2.0.1');
  const event = (seqNo: number, eventType: string, more: object) =>
    wire.call('TransactionEvent', {
      eventType,
      seqNo,
      timestamp: at(seqNo),
      triggerReason: 'CablePluggedIn',
      transactionInfo: { transactionId: 'tx', chargingState: 'Charging' },
      meterValue: [{ timestamp: at(seqNo), sampledValue: [{ value: 10 + seqNo * 1_000 }] }],
      ...more,
    });
  const idToken = { idToken: '', type: 'NoAuthorization' };
  expect(await event(0, 'Started', { idToken })).toEqual([3, 'c1', { idTokenInfo: { status: 'Accepted' } }]);
  expect(await charging.station('C3')).toMatchObject({ connectors: [], condition: null });
  await event(1, 'Updated', { evse: { id: 1 } });
  await event(2, 'Updated', {});
  await event(3, 'Ended', {});
  expect(await charging.sessions({ limit: 9 })).toMatchObject([
    { evse: 1, connector: 1, token: null, state: 'ended', energyWh: 3_000, doubts: [] },
  ]);
  expect(await charging.station('C3')).toMatchObject({ connectors: [{ evse: 1, connector: 1, state: 'occupied' }] });
  await expectStrictAnswers(specimen, 'C3', 4);
});

test('a card that charges at one charger may charge at another, of either version; a person is told', async () => {
  await using specimen = await openServer();
  const { charging } = specimen;
  await charging.putToken({ token: 'CARD', status: 'accepted', group: null, expiresAt: null });
  const first = await specimen.connect('C1', 'ocpp1.6');
  const start = { connectorId: 1, idTag: 'CARD', meterStart: 0, timestamp: at(0) };
  await first.call('StartTransaction', start);
  const [, , started] = await first.call('StartTransaction', { ...start, connectorId: 2 });
  expect(started).toMatchObject({ idTagInfo: { status: 'Accepted' } });
  const second = await specimen.connect('C2', 'ocpp2.0.1');
  const transactionInfo = { transactionId: 'tx' };
  const idToken = { idToken: 'CARD', type: 'ISO14443' };
  const began = { eventType: 'Started', seqNo: 0, timestamp: at(0), evse: { id: 1 }, transactionInfo, idToken };
  expect(await second.call('TransactionEvent', began)).toEqual([3, 'c1', { idTokenInfo: { status: 'Accepted' } }]);
  const doubts = (await charging.sessions({ limit: 9 })).map((session) => session.doubts);
  expect(doubts).toEqual([['concurrent-token'], ['concurrent-token'], []]);
});
