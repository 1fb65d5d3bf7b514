import { afterAll, beforeAll, expect, test } from 'vitest';
import { chargerCommand, type Protocol } from '#charging/index.ts';
import { openServer, type Specimen } from '../specimens/server.ts';

let specimen: Specimen;
let count = 0;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());

type Case = [protocol: Protocol, command: object, action: string, payload: object];

const UNTIL = '2026-05-18T11:00:00.000Z';
const period = { startPeriod: 0, limit: 11.2, numberPhases: 3 };
const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [period] };
const profile = { stackLevel: 1, chargingProfileKind: 'Relative' };

const TRANSLATIONS: Case[] = [
  [
    'ocpp1.6',
    { command: 'start', token: 'CARD', evse: 2 },
    'RemoteStartTransaction',
    { idTag: 'CARD', connectorId: 2 },
  ],
  [
    'ocpp1.6',
    { command: 'start', token: 'CARD', connector: 2 },
    'RemoteStartTransaction',
    { idTag: 'CARD', connectorId: 2 },
  ],
  ['ocpp1.6', { command: 'stop', transaction: '7' }, 'RemoteStopTransaction', { transactionId: 7 }],
  ['ocpp1.6', { command: 'stop', transaction: 7 }, 'RemoteStopTransaction', { transactionId: 7 }],
  ['ocpp1.6', { command: 'reset', type: 'hard' }, 'Reset', { type: 'Hard' }],
  ['ocpp1.6', { command: 'reset', type: 'OnIdle' }, 'Reset', { type: 'Soft' }],
  ['ocpp1.6', { command: 'clear-cache' }, 'ClearCache', {}],
  ['ocpp2.0.1', { command: 'clear-cache' }, 'ClearCache', {}],
  ['ocpp1.6', { command: 'trigger', message: 'boot' }, 'TriggerMessage', { requestedMessage: 'BootNotification' }],
  [
    'ocpp1.6',
    { command: 'trigger', message: 'status', evse: 2 },
    'TriggerMessage',
    { requestedMessage: 'StatusNotification', connectorId: 2 },
  ],
  [
    'ocpp1.6',
    { command: 'trigger', message: 'certificate' },
    'ExtendedTriggerMessage',
    { requestedMessage: 'SignChargePointCertificate' },
  ],
  [
    'ocpp2.0.1',
    { command: 'trigger', message: 'status', evse: 2 },
    'TriggerMessage',
    { requestedMessage: 'StatusNotification', evse: { id: 2, connectorId: 1 } },
  ],
  [
    'ocpp2.0.1',
    { command: 'trigger', message: 'transaction', evse: 1 },
    'TriggerMessage',
    { requestedMessage: 'TransactionEvent', evse: { id: 1 } },
  ],
  [
    'ocpp1.6',
    { command: 'data-transfer', vendor: 'org.example', message: 'Hello', data: '{"a":1}' },
    'DataTransfer',
    { vendorId: 'org.example', messageId: 'Hello', data: '{"a":1}' },
  ],
  ['ocpp2.0.1', { command: 'data-transfer', vendor: 'org.example' }, 'DataTransfer', { vendorId: 'org.example' }],
  ['ocpp1.6', { command: 'unlock', evse: 2 }, 'UnlockConnector', { connectorId: 2 }],
  ['ocpp1.6', { command: 'unlock', connector: 2 }, 'UnlockConnector', { connectorId: 2 }],
  [
    'ocpp1.6',
    { command: 'limit', evse: 2, limitA: 11.29, transaction: '7', durationS: 3_600 },
    'SetChargingProfile',
    {
      connectorId: 2,
      csChargingProfiles: {
        chargingProfileId: 6,
        transactionId: 7,
        ...profile,
        chargingProfilePurpose: 'TxProfile',
        validTo: UNTIL,
        chargingSchedule: schedule,
      },
    },
  ],
  [
    'ocpp1.6',
    { command: 'limit', evse: 2, limitA: 11.29 },
    'SetChargingProfile',
    {
      connectorId: 2,
      csChargingProfiles: {
        chargingProfileId: 5,
        ...profile,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingSchedule: schedule,
      },
    },
  ],
  ['ocpp1.6', { command: 'clear-limit', evse: 2 }, 'ClearChargingProfile', { connectorId: 2, stackLevel: 1 }],
  [
    'ocpp1.6',
    { command: 'availability', operative: false },
    'ChangeAvailability',
    { connectorId: 0, type: 'Inoperative' },
  ],
  [
    'ocpp2.0.1',
    { command: 'start', token: 'CARD', evse: 2 },
    'RequestStartTransaction',
    { evseId: 2, idToken: { idToken: 'CARD', type: 'Central' }, remoteStartId: expect.any(Number) as number },
  ],
  ['ocpp2.0.1', { command: 'stop', transaction: 'tx' }, 'RequestStopTransaction', { transactionId: 'tx' }],
  ['ocpp2.0.1', { command: 'reset', evse: 1 }, 'Reset', { type: 'OnIdle', evseId: 1 }],
  ['ocpp2.0.1', { command: 'reset', type: 'Hard' }, 'Reset', { type: 'Immediate' }],
  ['ocpp2.0.1', { command: 'unlock', evse: 2 }, 'UnlockConnector', { evseId: 2, connectorId: 1 }],
  ['ocpp2.0.1', { command: 'unlock', connector: 2 }, 'UnlockConnector', { evseId: 2, connectorId: 1 }],
  ['ocpp2.0.1', { command: 'unlock', evse: 1, connector: 2 }, 'UnlockConnector', { evseId: 1, connectorId: 2 }],
  [
    'ocpp2.0.1',
    { command: 'limit', evse: 2, limitA: 11.29, transaction: 'tx', durationS: 3_600 },
    'SetChargingProfile',
    {
      evseId: 2,
      chargingProfile: {
        id: 6,
        transactionId: 'tx',
        ...profile,
        chargingProfilePurpose: 'TxProfile',
        validTo: UNTIL,
        chargingSchedule: [{ id: 6, ...schedule }],
      },
    },
  ],
  [
    'ocpp2.0.1',
    { command: 'clear-limit', evse: 2 },
    'ClearChargingProfile',
    { chargingProfileCriteria: { evseId: 2, stackLevel: 1 } },
  ],
  [
    'ocpp2.0.1',
    { command: 'availability', evse: 1, operative: true },
    'ChangeAvailability',
    { operationalStatus: 'Operative', evse: { id: 1 } },
  ],
];

test.each(TRANSLATIONS)('over %s, %j leaves as %s', async (protocol, command, action, payload) => {
  const id = `C${++count}`;
  const wire = await specimen.connect(id, protocol);
  const result = specimen.server.command(id, chargerCommand.parse(command));
  const [type, messageId, ...call] = await wire.next();
  expect([type, ...call]).toEqual([2, action, payload]);
  wire.send(JSON.stringify([3, messageId, { status: 'Accepted' }]));
  expect(await result).toEqual({ outcome: 'accepted', response: { status: 'Accepted' } });
});
