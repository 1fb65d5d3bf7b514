import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestBed, type TestBed, until } from '../specimens.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await createTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

const spell = (component: string, variable: string) => ({
  component: { name: component },
  variable: { name: variable },
});
const many = (count: number) => Array.from({ length: count }, () => spell('ChargingStation', 'Model'));

describe('a charger of 1.6', () => {
  it('keeps what it is set to, tells it with all else, and takes no more keys at once than it says', async () => {
    const { id } = await bed.charger('ocpp1.6');
    const change = (key: string, value: string) => bed.central.call(id, 'ChangeConfiguration', { key, value });
    expect(await change('connectiontimeout', '90')).toEqual({ status: 'Accepted' });
    expect(await change('WebSocketPingInterval', '30')).toEqual({ status: 'RebootRequired' });
    expect(await change('LocalAuthorizeOffline', 'perhaps')).toEqual({ status: 'Rejected' });
    const { configurationKey } = await bed.central.call(id, 'GetConfiguration', {});
    expect(configurationKey).toEqual(
      expect.arrayContaining([
        { key: 'ConnectionTimeOut', value: '90', readonly: false },
        { key: 'WebSocketPingInterval', value: '30', readonly: false },
        { key: 'GetConfigurationMaxKeys', value: '10', readonly: true },
      ]),
    );
    const key = Array.from({ length: 11 }, () => 'CpoName');
    expect(await bed.central.call(id, 'GetConfiguration', { key })).toEqual({ error: 'OccurenceConstraintViolation' });
    expect(bed.central.faults).toEqual([]);
  });
});

describe('a station of 2.0.1', () => {
  it.each<[string, object, object]>([
    ['GetVariables', { getVariableData: many(11) }, { error: 'OccurrenceConstraintViolation' }],
    [
      'SetVariables',
      { setVariableData: many(11).map((each) => ({ ...each, attributeValue: '1' })) },
      { error: 'OccurrenceConstraintViolation' },
    ],
    [
      'GetVariables',
      {
        getVariableData: [
          { component: { name: 'evse', evse: { id: 1 } }, variable: { name: 'AvailabilityState' } },
          { ...spell('SampledDataCtrlr', 'TxUpdatedInterval'), attributeType: 'Target' },
          spell('SampledDataCtrlr', 'Colour'),
        ],
      },
      {
        getVariableResult: [
          {
            component: { name: 'evse', evse: { id: 1 } },
            variable: { name: 'AvailabilityState' },
            attributeStatus: 'Accepted',
            attributeValue: 'Available',
          },
          {
            ...spell('SampledDataCtrlr', 'TxUpdatedInterval'),
            attributeType: 'Target',
            attributeStatus: 'NotSupportedAttributeType',
          },
          { ...spell('SampledDataCtrlr', 'Colour'), attributeStatus: 'UnknownVariable' },
        ],
      },
    ],
    [
      'SetVariables',
      {
        setVariableData: [
          { ...spell('OCPPCommCtrlr', 'WebSocketPingInterval'), attributeValue: '30' },
          { ...spell('ChargingStation', 'Model'), attributeValue: 'Better' },
        ],
      },
      {
        setVariableResult: [
          { ...spell('OCPPCommCtrlr', 'WebSocketPingInterval'), attributeStatus: 'RebootRequired' },
          { ...spell('ChargingStation', 'Model'), attributeStatus: 'Rejected' },
        ],
      },
    ],
    ['GetReport', { requestId: 1, componentCriteria: ['Problem'] }, { status: 'EmptyResultSet' }],
    [
      'GetReport',
      { requestId: 1, componentVariable: [{ component: { name: 'Toaster' } }] },
      { status: 'EmptyResultSet' },
    ],
    [
      'SetNetworkProfile',
      {
        configurationSlot: 1,
        connectionData: {
          ocppVersion: 'OCPP20',
          ocppTransport: 'JSON',
          ocppCsmsUrl: 'wss://csms.example.org',
          messageTimeout: 30,
          securityProfile: 2,
          ocppInterface: 'Wired0',
        },
      },
      { status: 'Accepted' },
    ],
  ])('answers %s %j', async (action, payload, answer) => {
    const { id } = await bed.charger('ocpp2.0.1');
    expect(await bed.central.call(id, action, payload)).toEqual(answer);
    expect(bed.central.faults).toEqual([]);
  });

  it.each<[string, string, object, number]>([
    ['everything', 'GetBaseReport', { reportBase: 'FullInventory' }, 50],
    ['what can be set', 'GetBaseReport', { reportBase: 'ConfigurationInventory' }, 15],
    ['what works', 'GetBaseReport', { reportBase: 'SummaryInventory' }, 5],
    ['of its EVSEs', 'GetReport', { componentVariable: [{ component: { name: 'EVSE' } }] }, 5],
  ])('reports %s in parts', async (_what, action, payload, atLeast) => {
    const { id } = await bed.charger('ocpp2.0.1');
    expect(await bed.central.call(id, action, { requestId: 7, ...payload })).toEqual({ status: 'Accepted' });
    const parts = () => bed.central.calls('NotifyReport').map((each) => each.payload);
    await until(() => parts().at(-1)?.['tbc'] === false, 'the report is whole');
    expect(parts().map(({ requestId, seqNo }) => [requestId, seqNo])).toEqual(parts().map((_, n) => [7, n]));
    expect(parts().flatMap(({ reportData }) => reportData).length).toBeGreaterThanOrEqual(atLeast);
    expect(bed.central.faults).toEqual([]);
  });
});

it('while its boot is pending, it reports what it is asked to report, and serves nobody', async () => {
  const accepting = bed.central.answer;
  const currentTime = '2026-05-18T10:00:00Z';
  bed.central.answer = (call) =>
    call.action === 'BootNotification' ? { status: 'Pending', currentTime, interval: 600 } : accepting(call);
  const accepted = bed.charger('ocpp2.0.1');
  await until(() => bed.central.calls('BootNotification').length === 1, 'it boots');
  const id = bed.central.calls('BootNotification')[0]?.identity ?? '';
  const start = { idToken: { idToken: 'APP', type: 'Central' }, remoteStartId: 1 };
  expect(await bed.central.call(id, 'RequestStartTransaction', start)).toEqual({ status: 'Rejected' });
  await bed.central.call(id, 'GetBaseReport', { requestId: 7, reportBase: 'SummaryInventory' });
  await until(() => bed.central.calls('NotifyReport').length > 0, 'it reports');
  expect(bed.central.calls('StatusNotification')).toEqual([]);
  bed.central.answer = accepting;
  await bed.central.call(id, 'TriggerMessage', { requestedMessage: 'BootNotification' });
  await accepted;
  await until(() => bed.central.calls('StatusNotification').length > 0, 'it tells its statuses');
  expect(bed.central.faults).toEqual([]);
});
