import { z } from 'zod';
import type { ChargingProfile, ProfileCriteria, ProfilePurpose } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import type { Block, OutboundCall } from '../block.ts';
import { defaultProfile, limitProfile, spelledOut } from '../limits.ts';
import { outbound } from '../outbound.ts';
import {
  answeredStatus,
  headOf,
  isCleared,
  scheduleOf,
  toldProfile,
  toldPurpose,
  toldSchedule,
} from '../profile-words.ts';
import { instant, integer, maybe, ordinal, text } from '../tolerant.ts';
import { transactionId } from './transaction-id.ts';

/** OCPP 1.6 §5.16. */
const setChargingProfile = outbound('SetChargingProfile', {
  request: z.object({ connectorId: ordinal, csChargingProfiles: toldProfile }),
  response: answeredStatus,
  async answered({ request: { connectorId: evse, csChargingProfiles }, response: { status }, charger, desk, at }) {
    if (status !== 'Accepted') return;
    const profile = { ...csChargingProfiles, evse };
    await desk.charging.profiles.installed({ charger: charger.id, profile, replacesAlike: true, at });
  },
});

/** OCPP 1.6 §5.5. */
const clearChargingProfile = outbound('ClearChargingProfile', {
  request: z.object({
    id: maybe(integer),
    connectorId: maybe(ordinal),
    chargingProfilePurpose: maybe(toldPurpose),
    stackLevel: maybe(integer),
  }),
  response: answeredStatus,
  async answered({ request, response: { status }, charger, desk }) {
    if (!isCleared(status)) return;
    const { id: number, connectorId: evse, chargingProfilePurpose: purpose, stackLevel } = request;
    await desk.charging.profiles.cleared(charger.id, { number, evse, purpose, stackLevel });
  },
});

/** OCPP 1.6 §5.7. */
const getCompositeSchedule = outbound('GetCompositeSchedule', {
  request: z.object({ connectorId: ordinal, duration: integer }),
  response: z.object({ status: maybe(text), scheduleStart: maybe(instant), chargingSchedule: maybe(toldSchedule) }),
  async answered({ request: { connectorId: evse, duration }, response, charger, desk, at }) {
    const { status, scheduleStart, chargingSchedule: schedule } = response;
    if (status !== 'Accepted' || !schedule) return;
    const startsAt = scheduleStart ?? schedule.startsAt ?? at;
    const told = { ...schedule, startsAt, durationS: schedule.durationS ?? duration };
    await desk.charging.profiles.scheduleTold({ ...told, charger: charger.id, evse, kind: 'composite', at });
  },
});

/** Smart charging (OCPP 1.6 §5.5, §5.7, §5.16). */
export const smartCharging: Block = {
  inbound: [],
  outbound: [setChargingProfile, clearChargingProfile, getCompositeSchedule],
  phrases: {
    limit: (command, moment) => setting(limitProfile(command, moment)),
    'default-limit': (command, moment) => setting(defaultProfile(command, moment)),
    'set-profile': (command, moment) => setting(spelledOut(command, moment)),
    'clear-limit': ({ evse }, { limits }) => clearing({ evse, stackLevel: limits.stackLevel }),
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
