import { z } from 'zod';
import { startProfile } from '../both-versions/limits.ts';
import { givesProfile } from '../both-versions/profile-sequels.ts';
import { toldProfile } from '../both-versions/profile-words.ts';
import type { Block } from '../messages/block.ts';
import { outbound } from '../messages/outbound.ts';
import { maybe, ordinal } from '../messages/tolerant.ts';
import { groupIn, idTokenOf } from './authorization.ts';
import { profileWords } from './smart-charging.ts';

const LARGEST_ID = 2 ** 31 - 1;

/** Use case F01. A profile that went with it is the station's from now on (K05). */
const requestStart = z
  .object({ evseId: maybe(ordinal), chargingProfile: maybe(toldProfile) })
  .transform(({ evseId: evse, chargingProfile: profile }) => ({ evse, profile }));

/** Remote control, triggers and availability (OCPP 2.0.1 functional blocks F and G). */
export const remoteControl: Block = {
  inbound: [],
  outbound: [
    outbound('RequestStartTransaction', givesProfile(requestStart, { replacesAlike: false })),
    outbound('RequestStopTransaction'),
    outbound('UnlockConnector'),
    outbound('ChangeAvailability'),
    outbound('TriggerMessage'),
  ],
  phrases: {
    // The group lets the start use what is reserved for it (H03).
    async start({ token, evse, limitA }, moment) {
      const known = await moment.charging.token(token);
      return {
        action: 'RequestStartTransaction',
        payload: {
          idToken: idTokenOf(token, known),
          remoteStartId: moment.random.int(1, LARGEST_ID),
          ...(evse === undefined ? {} : { evseId: evse }),
          ...(limitA === undefined ? {} : { chargingProfile: profileWords(startProfile({ evse, limitA }, moment)) }),
          ...groupIn(known?.group ?? null),
        },
      };
    },
    stop: ({ transaction }) => ({ action: 'RequestStopTransaction', payload: { transactionId: transaction } }),
    unlock: ({ evse, connector }) => ({
      action: 'UnlockConnector',
      payload: { evseId: evse, connectorId: connector },
    }),
    availability: ({ evse, operative }) => ({
      action: 'ChangeAvailability',
      payload: {
        operationalStatus: operative ? 'Operative' : 'Inoperative',
        ...(evse === 0 ? {} : { evse: { id: evse } }),
      },
    }),
    trigger: ({ message, evse }) => ({
      action: 'TriggerMessage',
      payload: {
        requestedMessage: TRIGGERS[message],
        // A status is one connector's; a station asked without one tells all.
        ...(evse === undefined ? {} : { evse: { id: evse, ...(message === 'status' ? { connectorId: 1 } : {}) } }),
      },
    }),
  },
};

const TRIGGERS = {
  boot: 'BootNotification',
  heartbeat: 'Heartbeat',
  status: 'StatusNotification',
  'meter-values': 'MeterValues',
  transaction: 'TransactionEvent',
  firmware: 'FirmwareStatusNotification',
  log: 'LogStatusNotification',
  certificate: 'SignChargingStationCertificate',
} as const;
