import { z } from 'zod';
import type { ChargingProfile, ProfileCriteria, ProfilePurpose } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import { profilePhrases } from '../both-versions/limits.ts';
import { clearsProfiles, givesProfile, tellsComposite } from '../both-versions/profile-sequels.ts';
import { headOf, scheduleOf, toldProfile, toldPurpose, toldSchedule } from '../both-versions/profile-words.ts';
import type { Block } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import { outbound } from '../messages/outbound.ts';
import { instant, integer, maybe, ordinal, text } from '../messages/tolerant.ts';
import { transactionId } from './transaction-id.ts';

/** OCPP 1.6 §5.16. */
const setChargingProfile = z
  .object({ connectorId: ordinal, csChargingProfiles: toldProfile })
  .transform(({ connectorId: evse, csChargingProfiles: profile }) => ({ evse, profile }));

/** OCPP 1.6 §5.5. */
const clearChargingProfile = z
  .object({
    id: maybe(integer),
    connectorId: maybe(ordinal),
    chargingProfilePurpose: maybe(toldPurpose),
    stackLevel: maybe(integer),
  })
  .transform(({ id: number, connectorId: evse, chargingProfilePurpose: purpose, stackLevel }) => ({
    number,
    evse,
    purpose,
    stackLevel,
  }));

/** OCPP 1.6 §5.7. */
const getCompositeSchedule = z
  .object({ connectorId: ordinal, duration: integer })
  .transform(({ connectorId: evse, duration: durationS }) => ({ evse, durationS }));

const compositeSchedule = z
  .object({ status: maybe(text), scheduleStart: maybe(instant), chargingSchedule: maybe(toldSchedule) })
  .transform(({ status, scheduleStart, chargingSchedule: told }) => ({
    status,
    schedule: told && { ...told, startsAt: scheduleStart ?? told.startsAt },
  }));

/** Smart charging (OCPP 1.6 §5.5, §5.7, §5.16). */
export const smartCharging: Block = {
  inbound: [],
  outbound: [
    outbound('SetChargingProfile', givesProfile(setChargingProfile, { replacesAlike: true })),
    outbound('ClearChargingProfile', clearsProfiles(clearChargingProfile)),
    outbound('GetCompositeSchedule', tellsComposite(getCompositeSchedule, compositeSchedule)),
  ],
  phrases: {
    ...profilePhrases({ set: setting, clear: clearing }),
    'clear-profiles': ({ number, evse, purpose, stackLevel }) => clearing({ number, evse, purpose, stackLevel }),
    'composite-schedule': ({ evse, durationS, unit }) => ({
      action: 'GetCompositeSchedule',
      payload: { connectorId: evse, duration: durationS, ...(unit === undefined ? {} : { chargingRateUnit: unit }) },
    }),
  },
};

const PURPOSES = {
  'station-maximum': 'ChargePointMaxProfile',
  default: 'TxDefaultProfile',
  transaction: 'TxProfile',
} as const;

function setting(profile: ChargingProfile): OutboundCall {
  return {
    action: 'SetChargingProfile',
    payload: { connectorId: profile.evse, csChargingProfiles: profileWords(profile) },
  };
}

/** OCPP 1.6 §7.8 ChargingProfile. */
export function profileWords(profile: ChargingProfile) {
  const { number, transaction, purpose } = profile;
  return {
    chargingProfileId: number,
    ...(transaction === null ? {} : { transactionId: transactionId(transaction) }),
    ...headOf(profile),
    chargingProfilePurpose: purposeWord(purpose),
    chargingSchedule: scheduleOf(profile),
  };
}

function clearing({ number, evse, purpose, stackLevel }: ProfileCriteria): OutboundCall {
  const payload =
    number === undefined
      ? {
          ...(evse === undefined ? {} : { connectorId: evse }),
          ...(purpose === undefined ? {} : { chargingProfilePurpose: purposeWord(purpose) }),
          ...(stackLevel === undefined ? {} : { stackLevel }),
        }
      : { id: number };
  return { action: 'ClearChargingProfile', payload };
}

function purposeWord(purpose: ProfilePurpose): string {
  if (purpose !== 'external') return PURPOSES[purpose];
  throw new PolisError('invalid', 'OCPP 1.6 knows no profiles of others: the purpose is another than "external".');
}
