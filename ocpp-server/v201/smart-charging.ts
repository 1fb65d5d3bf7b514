import { z } from 'zod';
import type { ChargingProfile, ProfileCriteria } from '#charging/index.ts';
import { profilePhrases } from '../both-versions/limits.ts';
import { clearsProfiles, givesProfile, tellsComposite } from '../both-versions/profile-sequels.ts';
import { headOf, scheduleOf, toldProfile, toldPurpose, toldSchedule } from '../both-versions/profile-words.ts';
import type { Block } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import { outbound } from '../messages/outbound.ts';
import { instant, integer, maybe, ordinal, text } from '../messages/tolerant.ts';
import { externalLimits } from './external-limits.ts';
import { PURPOSES } from './profile-purposes.ts';
import { askForProfiles, getChargingProfiles, profileReports } from './profile-reports.ts';

/** Use case K01. */
const setChargingProfile = z
  .object({ evseId: ordinal, chargingProfile: toldProfile })
  .transform(({ evseId: evse, chargingProfile: profile }) => ({ evse, profile }));

/** Use case K10. */
const clearChargingProfile = z
  .object({
    chargingProfileId: maybe(integer),
    chargingProfileCriteria: maybe(
      z.object({
        evseId: maybe(ordinal),
        chargingProfilePurpose: maybe(toldPurpose),
        stackLevel: maybe(integer),
      }),
    ),
  })
  .transform(({ chargingProfileId: number, chargingProfileCriteria: criteria = {} }) => {
    const { evseId: evse, chargingProfilePurpose: purpose, stackLevel } = criteria;
    return { number, evse, purpose, stackLevel };
  });

/** Use case K08. */
const getCompositeSchedule = z
  .object({ evseId: ordinal, duration: integer })
  .transform(({ evseId: evse, duration: durationS }) => ({ evse, durationS }));

const schedule = z
  .object({ scheduleStart: maybe(instant) })
  .and(toldSchedule)
  .transform(({ scheduleStart, ...told }) => ({ ...told, startsAt: scheduleStart ?? null }));

const compositeSchedule = z.object({ status: maybe(text), schedule: maybe(schedule) });

/** Smart charging (OCPP 2.0.1 functional block K). */
export const smartCharging: Block = {
  inbound: [...profileReports, ...externalLimits],
  outbound: [
    outbound('SetChargingProfile', givesProfile(setChargingProfile, { replacesAlike: false })),
    outbound('ClearChargingProfile', clearsProfiles(clearChargingProfile)),
    outbound('GetCompositeSchedule', tellsComposite(getCompositeSchedule, compositeSchedule)),
    getChargingProfiles,
  ],
  phrases: {
    ...profilePhrases({ set: setting, clear: clearing }),
    'clear-profiles': ({ number, evse, purpose, stackLevel }) => {
      const conditions = { number, evse, purpose, stackLevel };
      const isBounded = Object.values(conditions).some((condition) => condition !== undefined);
      // A charger need not clear what no criterion names (K10.FR.02): each purpose by itself is all.
      return isBounded ? clearing(conditions) : CLEARABLE.map((each) => clearing({ purpose: each }));
    },
    'get-profiles': askForProfiles,
    'composite-schedule': ({ evse, durationS, unit }) => ({
      action: 'GetCompositeSchedule',
      payload: { evseId: evse, duration: durationS, ...(unit === undefined ? {} : { chargingRateUnit: unit }) },
    }),
  },
};

const CLEARABLE = ['station-maximum', 'default', 'transaction'] as const;

function setting(profile: ChargingProfile): OutboundCall {
  return {
    action: 'SetChargingProfile',
    payload: { evseId: profile.evse, chargingProfile: profileWords(profile) },
  };
}

/** OCPP 2.0.1 §2.9 ChargingProfileType. */
export function profileWords(profile: ChargingProfile) {
  const { number: id, transaction, purpose } = profile;
  return {
    id,
    ...headOf(profile),
    chargingProfilePurpose: PURPOSES[purpose],
    ...(transaction === null ? {} : { transactionId: transaction }),
    chargingSchedule: [{ id, ...scheduleOf(profile) }],
  };
}

function clearing({ number, evse, purpose, stackLevel }: ProfileCriteria): OutboundCall {
  const chargingProfileCriteria = {
    ...(evse === undefined ? {} : { evseId: evse }),
    ...(purpose === undefined ? {} : { chargingProfilePurpose: PURPOSES[purpose] }),
    ...(stackLevel === undefined ? {} : { stackLevel }),
  };
  const payload = number === undefined ? { chargingProfileCriteria } : { chargingProfileId: number };
  return { action: 'ClearChargingProfile', payload };
}
