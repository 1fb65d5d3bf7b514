import type { ChargerCommand } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import type { Moment, OutboundCall } from '../dialect.ts';
import { STACK_LEVEL, profileOf, type LimitCommand } from '../limits.ts';

/** A command in the words of OCPP 1.6 §5, where the connector's number stands for the EVSE. */
export function translate(command: ChargerCommand, { now }: Moment): OutboundCall {
  switch (command.command) {
    case 'start':
      return {
        action: 'RemoteStartTransaction',
        payload: { idTag: command.token, ...(command.evse === undefined ? {} : { connectorId: command.evse }) },
      };
    case 'stop':
      return { action: 'RemoteStopTransaction', payload: { transactionId: transactionId(command.transaction) } };
    case 'reset':
      if (command.evse === undefined) {
        return { action: 'Reset', payload: { type: command.type === 'hard' ? 'Hard' : 'Soft' } };
      }
      throw new PolisError('invalid', 'An OCPP 1.6 charger is reset as a whole; leave out the EVSE.');
    case 'unlock':
      return { action: 'UnlockConnector', payload: { connectorId: command.evse } };
    case 'limit':
      return setChargingProfile(command, now);
    case 'clear-limit':
      return { action: 'ClearChargingProfile', payload: { connectorId: command.evse, stackLevel: STACK_LEVEL } };
    case 'availability':
      return {
        action: 'ChangeAvailability',
        payload: { connectorId: command.evse, type: command.operative ? 'Operative' : 'Inoperative' },
      };
  }
}

/** OCPP 1.6 §5.16. */
function setChargingProfile(command: LimitCommand, now: number): OutboundCall {
  const { id, head, schedule } = profileOf(command, now);
  const transaction = command.transaction === undefined ? {} : { transactionId: transactionId(command.transaction) };
  const csChargingProfiles = { chargingProfileId: id, ...transaction, ...head, chargingSchedule: schedule };
  return { action: 'SetChargingProfile', payload: { connectorId: command.evse, csChargingProfiles } };
}

function transactionId(transaction: string): number {
  const id = /^-?\d+$/.test(transaction) ? Number(transaction) : NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new PolisError('invalid', `${transaction} is no transaction of an OCPP 1.6 charger: those are whole numbers.`);
}
