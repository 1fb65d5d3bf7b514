import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestBed, promptCar, type TestBed, until } from '../specimens.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await createTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

const INTERVAL = { component: { name: 'SampledDataCtrlr' }, variable: { name: 'TxUpdatedInterval' } };
const UNKNOWN = { component: { name: '__proto__' }, variable: { name: 'constructor' } };

describe('a charger of 1.6', () => {
  it.each<[string, object, object]>([
    ['CancelReservation', { reservationId: 1 }, { status: 'Rejected' }],
    ['constructor', {}, { error: 'NotImplemented' }],
    ['Reset', { type: 'Sideways' }, { error: 'FormationViolation' }],
    ['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '7' }, { status: 'Accepted' }],
    ['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: 'often' }, { status: 'Rejected' }],
    ['ChangeConfiguration', { key: 'NumberOfConnectors', value: '7' }, { status: 'Rejected' }],
    ['ChangeConfiguration', { key: '__proto__', value: '7' }, { status: 'NotSupported' }],
    [
      'GetConfiguration',
      { key: ['AuthorizeRemoteTxRequests', 'Colour'] },
      {
        configurationKey: [{ key: 'AuthorizeRemoteTxRequests', value: 'false', readonly: true }],
        unknownKey: ['Colour'],
      },
    ],
    ['ChangeAvailability', { connectorId: 9, type: 'Inoperative' }, { status: 'Rejected' }],
    ['ChangeAvailability', { connectorId: 0, type: 'Operative' }, { status: 'Accepted' }],
    ['UnlockConnector', { connectorId: 9 }, { status: 'NotSupported' }],
    ['UnlockConnector', { connectorId: 1 }, { status: 'Unlocked' }],
    ['RemoteStartTransaction', { connectorId: 9, idTag: 'A' }, { status: 'Rejected' }],
    ['RemoteStopTransaction', { transactionId: 1 }, { status: 'Rejected' }],
    ['ClearChargingProfile', {}, { status: 'Unknown' }],
    ['TriggerMessage', { requestedMessage: 'Heartbeat' }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'Nonsense' }, { status: 'NotImplemented' }],
    ['DataTransfer', { vendorId: 'x' }, { status: 'UnknownVendorId' }],
  ])('answers %s %j', async (action, payload, answer) => {
    const { id } = await bed.charger('ocpp1.6');
    expect(await bed.central.call(id, action, payload)).toEqual(answer);
    expect(bed.central.faults).toEqual([]);
  });

  it('says what was asked for, reboots when it is told to, and ends its sessions for it', async () => {
    const charger = await bed.charger('ocpp1.6');
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'A');
    await until(() => charger.transaction(1) !== null, 'it charges');
    await bed.central.call(charger.id, 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 });
    await until(() => JSON.stringify(bed.central.calls('MeterValues')).includes('"Trigger"'), 'the meter was read');
    await bed.central.call(charger.id, 'Reset', { type: 'Hard' });
    await until(() => bed.central.calls('BootNotification').length === 2, 'it booted again');
    await until(() => bed.central.calls('StopTransaction').length === 1, 'the session was ended');
    expect(bed.central.calls('StopTransaction')[0]?.payload).toMatchObject({ reason: 'HardReset' });
    expect(bed.central.faults).toEqual([]);
  });
});

describe('a station of 2.0.1', () => {
  it.each<[string, object, object]>([
    ['CancelReservation', { reservationId: 1 }, { status: 'Rejected' }],
    ['Reset', { type: 'Sideways' }, { error: 'FormatViolation' }],
    [
      'SetVariables',
      {
        setVariableData: [
          { ...INTERVAL, attributeValue: '7' },
          { ...UNKNOWN, attributeValue: '7' },
        ],
      },
      {
        setVariableResult: [
          { ...INTERVAL, attributeStatus: 'Accepted' },
          { ...UNKNOWN, attributeStatus: 'UnknownComponent' },
        ],
      },
    ],
    [
      'GetVariables',
      { getVariableData: [INTERVAL] },
      {
        getVariableResult: [{ ...INTERVAL, attributeStatus: 'Accepted', attributeValue: '1' }],
      },
    ],
    ['ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 9 } }, { status: 'Rejected' }],
    ['ChangeAvailability', { operationalStatus: 'Inoperative' }, { status: 'Accepted' }],
    ['UnlockConnector', { evseId: 9, connectorId: 1 }, { status: 'UnknownConnector' }],
    ['UnlockConnector', { evseId: 1, connectorId: 1 }, { status: 'Unlocked' }],
    ['GetTransactionStatus', { transactionId: 'none' }, { ongoingIndicator: false, messagesInQueue: false }],
    ['GetTransactionStatus', {}, { messagesInQueue: false }],
    ['RequestStopTransaction', { transactionId: 'none' }, { status: 'Rejected' }],
    ['TriggerMessage', { requestedMessage: 'StatusNotification', evse: { id: 1 } }, { status: 'Accepted' }],
    ['Reset', { type: 'OnIdle' }, { status: 'Accepted' }],
  ])('answers %s %j', async (action, payload, answer) => {
    const { id } = await bed.charger('ocpp2.0.1');
    expect(await bed.central.call(id, action, payload)).toEqual(answer);
    expect(bed.central.faults).toEqual([]);
  });

  it('waits with a reset until it is idle, and with being taken out of service', async () => {
    const charger = await bed.charger('ocpp2.0.1');
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'A');
    expect(await bed.central.call(charger.id, 'Reset', { type: 'OnIdle' })).toEqual({ status: 'Scheduled' });
    const off = { operationalStatus: 'Inoperative', evse: { id: 1 } };
    expect(await bed.central.call(charger.id, 'ChangeAvailability', off)).toEqual({ status: 'Scheduled' });
    expect(charger.status(1)).toBe('Charging');
    charger.unplug(1);
    expect(charger.status(1)).toBe('Unavailable');
    await until(() => bed.central.calls('BootNotification').length === 2, 'it booted again');
    expect(bed.central.calls('BootNotification')[1]?.payload).toMatchObject({ reason: 'RemoteReset' });
    expect(bed.central.faults).toEqual([]);
  });

  it('says that it was off line, who asked from afar, and how a session ended', async () => {
    const charger = await bed.charger('ocpp2.0.1');
    const request = { evseId: 1, remoteStartId: 77, idToken: { idToken: 'APP', type: 'Central' } };
    await bed.central.call(charger.id, 'RequestStartTransaction', request);
    charger.plugIn(1, promptCar());
    await until(() => charger.truth().confirmed.length > 0, 'it began');
    charger.cut(3000);
    await until(() => !charger.isOnline(), 'the wire is down');
    charger.unplug(1);
    await until(() => charger.isOnline() && charger.truth().queued.length === 0, 'all is told');
    const events = bed.central.calls('TransactionEvent').map((each) => each.payload);
    expect(events[0]).toMatchObject({
      eventType: 'Started',
      transactionInfo: { remoteStartId: 77 },
      idToken: { idToken: 'APP' },
    });
    expect(events[0]).not.toHaveProperty('offline');
    expect(events.at(-1)).toMatchObject({
      eventType: 'Ended',
      offline: true,
      transactionInfo: { stoppedReason: 'EVDisconnected' },
    });
  });
});
