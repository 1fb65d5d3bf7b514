import { isoTime } from '#estate/units.ts';
import { z } from 'zod';
import type { Answer } from './calls.ts';
import { clearProfiles } from './commands.ts';
import { tellCarSchedule } from './car-talk.ts';
import { compositeOf, type CompositeSchedule } from './composite.ts';
import { type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { chargingProfile, profileWords, purposeName } from './profile-payload.ts';
import { refusalOf } from './profile-rules.ts';
import { install, type StoredProfile } from './profiles.ts';

/** Smart charging as chargers do it: OCPP 1.6 §3.13, 2.0.1 functional block K. */

const in16 = <T>(schema: z.ZodType<T>, act: (input: T, controls: Controls) => Answer): Handler =>
  handler(schema, 'FormationViolation', act);
const in201 = <T>(schema: z.ZodType<T>, act: (input: T, controls: Controls) => Answer): Handler =>
  handler(schema, 'FormatViolation', act);

const unit = z.enum(['A', 'W']).optional();
const criteria = {
  chargingProfilePurpose: purposeName.optional(),
  stackLevel: z.int().optional(),
};

const v16: Record<string, Handler> = {
  SetChargingProfile: in16(
    z.object({ connectorId: z.int(), csChargingProfiles: chargingProfile }),
    ({ connectorId: evse, csChargingProfiles }, { charger }) => {
      const profile = { ...csChargingProfiles, evse };
      if (refusalOf(charger, profile) !== null) return statusOnly('Rejected');
      charger.profiles = install(charger.profiles, profile, { replacesAlike: true });
      return statusOnly('Accepted');
    },
  ),
  ClearChargingProfile: in16(
    z.object({ id: z.int().optional(), connectorId: z.int().optional(), ...criteria }),
    ({ id, connectorId: evse, chargingProfilePurpose: purpose, stackLevel }, controls) =>
      statusOnly(clearProfiles(controls, { id, evse, purpose, stackLevel }) ? 'Accepted' : 'Unknown'),
  ),
  GetCompositeSchedule: in16(
    z.object({ connectorId: z.int(), duration: z.int().min(0), chargingRateUnit: unit }),
    ({ connectorId, duration: durationS, chargingRateUnit = 'A' }, controls) => {
      const { charger } = controls;
      if (connectorId < 0 || connectorId > charger.plan.evses) return statusOnly('Rejected');
      const composite = compositeOf(charger, { evse: connectorId, durationS, unit: chargingRateUnit }, controls.now());
      const scheduleStart = isoTime(composite.startsAt);
      const schedule = { startSchedule: scheduleStart, duration: durationS, ...compositeWords(composite) };
      return { payload: { status: 'Accepted', connectorId, scheduleStart, chargingSchedule: schedule } };
    },
  ),
};

const v201: Record<string, Handler> = {
  SetChargingProfile: in201(
    z.object({ evseId: z.int(), chargingProfile }),
    ({ evseId: evse, chargingProfile: given }, controls) => {
      const { charger } = controls;
      const profile = { ...given, evse };
      const reasonCode = refusalOf(charger, profile);
      if (reasonCode !== null) return { payload: { status: 'Rejected', statusInfo: { reasonCode } } };
      charger.profiles = install(charger.profiles, profile, { replacesAlike: false });
      return statusOnly('Accepted', () => {
        if (profile.purpose === 'transaction') tellCarSchedule(controls, evse);
      });
    },
  ),
  ClearChargingProfile: in201(
    z.object({
      chargingProfileId: z.int().optional(),
      chargingProfileCriteria: z.object({ evseId: z.int().optional(), ...criteria }).optional(),
    }),
    ({ chargingProfileId: id, chargingProfileCriteria: which }, controls) => {
      const { evseId, chargingProfilePurpose: purpose, stackLevel } = which ?? {};
      return statusOnly(clearProfiles(controls, { id, evse: evseId, purpose, stackLevel }) ? 'Accepted' : 'Unknown');
    },
  ),
  GetCompositeSchedule: in201(
    z.object({ evseId: z.int(), duration: z.int().min(0), chargingRateUnit: unit }),
    ({ evseId, duration, chargingRateUnit = 'A' }, controls) => {
      const { charger } = controls;
      if (evseId < 0 || evseId > charger.plan.evses) {
        return { payload: { status: 'Rejected', statusInfo: { reasonCode: 'UnknownEvse' } } };
      }
      const composite = compositeOf(
        charger,
        { evse: evseId, durationS: duration, unit: chargingRateUnit },
        controls.now(),
      );
      const schedule = { evseId, duration, scheduleStart: isoTime(composite.startsAt), ...compositeWords(composite) };
      return { payload: { status: 'Accepted', schedule } };
    },
  ),
  GetChargingProfiles: in201(
    z.object({
      requestId: z.int(),
      evseId: z.int().optional(),
      chargingProfile: z.object({
        ...criteria,
        chargingProfileId: z.array(z.int()).optional(),
        chargingLimitSource: z.array(z.string()).optional(),
      }),
    }),
    ({ requestId, evseId, chargingProfile: wanted }, controls) => {
      const { chargingProfilePurpose, stackLevel, chargingProfileId, chargingLimitSource } = wanted;
      const found = controls.charger.profiles.filter(
        (each) =>
          (evseId === undefined || each.evse === evseId) &&
          (chargingProfilePurpose === undefined || each.purpose === chargingProfilePurpose) &&
          (stackLevel === undefined || each.stackLevel === stackLevel) &&
          (chargingProfileId === undefined || chargingProfileId.includes(each.id)) &&
          (chargingLimitSource === undefined || chargingLimitSource.includes(each.source)),
      );
      if (found.length === 0) return statusOnly('NoProfiles');
      return statusOnly('Accepted', () => report(controls, requestId, found));
    },
  ),
};

export const smartCharging = { v16, v201 };

/** So many profiles go into one message of a report. */
const REPORTED_AT_ONCE = 2;

/** Tells profiles in parts, each of one EVSE and one source (K09). */
function report(controls: Controls, requestId: number, profiles: readonly StoredProfile[]): void {
  const groups = Map.groupBy(profiles, ({ evse, source }) => `${evse}/${source}`);
  const parts = [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / REPORTED_AT_ONCE) }, (_, n) =>
      group.slice(n * REPORTED_AT_ONCE, (n + 1) * REPORTED_AT_ONCE),
    ),
  );
  for (const [n, part] of parts.entries()) {
    void controls.send({
      action: 'ReportChargingProfiles',
      payload: {
        requestId,
        chargingLimitSource: part[0]?.source,
        evseId: part[0]?.evse,
        chargingProfile: part.map(profileWords),
        ...(n < parts.length - 1 ? { tbc: true } : {}),
      },
    });
  }
}

function compositeWords({ unit: chargingRateUnit, phases, periods }: CompositeSchedule) {
  return {
    chargingRateUnit,
    chargingSchedulePeriod: periods.map(({ startS, limit }) => ({
      startPeriod: startS,
      limit,
      numberPhases: phases,
    })),
  };
}
