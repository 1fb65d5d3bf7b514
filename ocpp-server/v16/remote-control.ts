import { z } from 'zod';
import { startProfile } from '../both-versions/limits.ts';
import { givesProfile } from '../both-versions/profile-sequels.ts';
import { toldProfile } from '../both-versions/profile-words.ts';
import type { Block } from '../messages/block.ts';
import { outbound } from '../messages/outbound.ts';
import { maybe, ordinal } from '../messages/tolerant.ts';
import { profileWords } from './smart-charging.ts';
import { transactionId } from './transaction-id.ts';

/** OCPP 1.6 §5.11. A profile that went with it is the charger's from now on. */
const remoteStart = z
  .object({ connectorId: maybe(ordinal), chargingProfile: maybe(toldProfile) })
  .transform(({ connectorId: evse, chargingProfile: profile }) => ({ evse, profile }));

/** Remote control and triggers (OCPP 1.6 §5.11, §5.12, §5.2, §5.17, §5.18). A connector's number stands for the EVSE. */
export const remoteControl: Block = {
  inbound: [],
  outbound: [
    outbound('RemoteStartTransaction', givesProfile(remoteStart, { replacesAlike: true })),
    outbound('RemoteStopTransaction'),
    outbound('UnlockConnector'),
    outbound('ChangeAvailability'),
    outbound('TriggerMessage'),
    outbound('ExtendedTriggerMessage'),
  ],
  phrases: {
    start: ({ token, evse, limitA }, moment) => ({
      action: 'RemoteStartTransaction',
      payload: {
        idTag: token,
        ...(evse === undefined ? {} : { connectorId: evse }),
        ...(limitA === undefined ? {} : { chargingProfile: profileWords(startProfile({ evse, limitA }, moment)) }),
      },
    }),
    stop: ({ transaction }) => ({
      action: 'RemoteStopTransaction',
      payload: { transactionId: transactionId(transaction) },
    }),
    unlock: ({ evse }) => ({ action: 'UnlockConnector', payload: { connectorId: evse } }),
    availability: ({ evse, operative }) => ({
      action: 'ChangeAvailability',
      payload: { connectorId: evse, type: operative ? 'Operative' : 'Inoperative' },
    }),
    trigger: ({ message, evse }) => {
      const requestedMessage = TRIGGERS[message];
      const extended = EXTENDED.has(message);
      return {
        action: extended ? 'ExtendedTriggerMessage' : 'TriggerMessage',
        payload: { requestedMessage, ...(evse === undefined ? {} : { connectorId: evse }) },
      };
    },
  },
};

const TRIGGERS = {
  boot: 'BootNotification',
  heartbeat: 'Heartbeat',
  status: 'StatusNotification',
  'meter-values': 'MeterValues',
  firmware: 'FirmwareStatusNotification',
  // 1.6 meters a transaction in MeterValues; it has no event of its own.
  transaction: 'MeterValues',
  log: 'LogStatusNotification',
  certificate: 'SignChargePointCertificate',
} as const;

/** Messages that only the security extension's trigger knows (whitepaper edition 3 §5). */
const EXTENDED = new Set(['log', 'certificate']);
