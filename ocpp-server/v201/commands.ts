import type { ChargerCommand } from '#charging/index.ts';
import type { Moment, OutboundCall } from '../dialect.ts';
import { STACK_LEVEL, profileOf, type LimitCommand } from '../limits.ts';

const LARGEST_ID = 2 ** 31 - 1;

/** A command in the words of OCPP 2.0.1. */
export function translate(command: ChargerCommand, { now, random }: Moment): OutboundCall {
  switch (command.command) {
    case 'start': {
      const start = {
        idToken: { idToken: command.token, type: 'Central' },
        remoteStartId: random.int(1, LARGEST_ID),
        ...(command.evse === undefined ? {} : { evseId: command.evse }),
      };
      return { action: 'RequestStartTransaction', payload: start };
    }
    case 'stop':
      return { action: 'RequestStopTransaction', payload: { transactionId: command.transaction } };
    case 'reset': {
      const evse = command.evse === undefined ? {} : { evseId: command.evse };
      return { action: 'Reset', payload: { type: command.type === 'hard' ? 'Immediate' : 'OnIdle', ...evse } };
    }
    case 'unlock':
      return { action: 'UnlockConnector', payload: { evseId: command.evse, connectorId: command.connector } };
    case 'limit':
      return setChargingProfile(command, now);
    case 'clear-limit':
      return {
        action: 'ClearChargingProfile',
        payload: { chargingProfileCriteria: { evseId: command.evse, stackLevel: STACK_LEVEL } },
      };
    case 'availability': {
      const evse = command.evse === 0 ? {} : { evse: { id: command.evse } };
      const operationalStatus = command.operative ? 'Operative' : 'Inoperative';
      return { action: 'ChangeAvailability', payload: { operationalStatus, ...evse } };
    }
  }
}

/** OCPP 2.0.1 use case K01. */
function setChargingProfile(command: LimitCommand, now: number): OutboundCall {
  const { id, head, schedule } = profileOf(command, now);
  const transaction = command.transaction === undefined ? {} : { transactionId: command.transaction };
  const chargingProfile = { id, ...head, ...transaction, chargingSchedule: [{ id, ...schedule }] };
  return { action: 'SetChargingProfile', payload: { evseId: command.evse, chargingProfile } };
}
