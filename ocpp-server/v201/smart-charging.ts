import { z } from 'zod';
import type { ChargingProfile, ProfileCriteria } from '#charging/index.ts';
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
import { externalLimits } from './external-limits.ts';
import { askForProfiles, getChargingProfiles, profileReports } from './profile-reports.ts';
import { PURPOSES } from './profile-purposes.ts';

/** Use case K01. */
const setChargingProfile = outbound('SetChargingProfile', {
  request: z.object({ evseId: ordinal, chargingProfile: toldProfile }),
  response: answeredStatus,
  async answered({ request: { evseId: evse, chargingProfile }, response: { status }, charger, desk, at }) {
    if (status !== 'Accepted') return;
    const profile = { ...chargingProfile, evse };
    await desk.charging.profiles.installed({ charger: charger.id, profile, replacesAlike: false, at });
  },
});

/** Use case K10. */
const clearChargingProfile = outbound('ClearChargingProfile', {
  request: z.object({
    chargingProfileId: maybe(integer),
    chargingProfileCriteria: maybe(
      z.object({
        evseId: maybe(ordinal),
        chargingProfilePurpose: maybe(toldPurpose),
        stackLevel: maybe(integer),
      }),
    ),
  }),
  response: answeredStatus,
  async answered({ request, response: { status }, charger, desk }) {
    if (!isCleared(status)) return;
    const { evseId: evse, chargingProfilePurpose: purpose, stackLevel } = request.chargingProfileCriteria ?? {};
    const criteria = { number: request.chargingProfileId, evse, purpose, stackLevel };
    await desk.charging.profiles.cleared(charger.id, criteria);
  },
});

const composite = z
  .object({ scheduleStart: maybe(instant), duration: maybe(integer) })
  .and(toldSchedule)
  .transform(({ scheduleStart, duration, ...schedule }) => ({
    ...schedule,
    startsAt: scheduleStart ?? null,
    durationS: duration ?? null,
  }));

/** Use case K08. */
const getCompositeSchedule = outbound('GetCompositeSchedule', {
  request: z.object({ evseId: ordinal, duration: integer }),
  response: z.object({ status: maybe(text), schedule: maybe(composite) }),
  async answered({ request: { evseId: evse, duration }, response: { status, schedule }, charger, desk, at }) {
    if (status !== 'Accepted' || !schedule) return;
    const { startsAt, durationS } = schedule;
    const told = { ...schedule, startsAt: startsAt ?? at, durationS: durationS ?? duration };
    await desk.charging.profiles.scheduleTold({ ...told, charger: charger.id, evse, kind: 'composite', at });
  },
});

/** Smart charging (OCPP 2.0.1 functional block K). */
export const smartCharging: Block = {
  inbound: [...profileReports, ...externalLimits],
  outbound: [setChargingProfile, clearChargingProfile, getCompositeSchedule, getChargingProfiles],
  phrases: {
    limit: (command, moment) => setting(limitProfile(command, moment)),
    'default-limit': (command, moment) => setting(defaultProfile(command, moment)),
    'set-profile': (command, moment) => setting(spelledOut(command, moment)),
    'clear-limit': ({ evse }, { limits }) => clearing({ evse, stackLevel: limits.stackLevel }),
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
