import { z } from 'zod';
import type { Block } from '../block.ts';
import { startProfile } from '../limits.ts';
import { outbound } from '../outbound.ts';
import { answeredStatus, toldProfile } from '../profile-words.ts';
import { maybe, ordinal } from '../tolerant.ts';
import { profileWords } from './smart-charging.ts';
import { transactionId } from './transaction-id.ts';

/** OCPP 1.6 §5.11. A profile that went with it is the charger's from now on. */
const remoteStart = outbound('RemoteStartTransaction', {
  request: z.object({ connectorId: maybe(ordinal), chargingProfile: maybe(toldProfile) }),
  response: answeredStatus,
  async answered({ request: { connectorId: evse, chargingProfile }, response: { status }, charger, desk, at }) {
    if (status !== 'Accepted' || !chargingProfile || evse === undefined) return;
    const profile = { ...chargingProfile, evse };
    await desk.charging.profiles.installed({ charger: charger.id, profile, replacesAlike: true, at });
  },
});

/** Remote control and triggers (OCPP 1.6 §5.11, §5.12, §5.2, §5.17, §5.18). A connector's number stands for the EVSE. */
export const remoteControl: Block = {
  inbound: [],
  outbound: [
    remoteStart,
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
