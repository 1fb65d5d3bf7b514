import type { Charger } from './charger.ts';
import { HIGHEST_STACK_LEVEL, isAlike, type StoredProfile } from './profiles.ts';

/** ChargingScheduleMaxPeriods and MaxChargingProfilesInstalled. */
export const MOST_PERIODS = 24;
export const MOST_PROFILES = 20;

/** Why a charger does not take a profile, as a reason code of OCPP 2.0.1; null: it takes it. */
export function refusalOf(charger: Charger, profile: StoredProfile): string | null {
  const { plan, profiles } = charger;
  if (profile.evse < 0 || profile.evse > plan.evses) return 'UnknownEvse';
  if (profile.stackLevel > HIGHEST_STACK_LEVEL) return 'InvalidStackLevel';
  if (isCrooked(profile)) return 'InvalidSchedule';
  const { purpose, kind, evse } = profile;
  if (purpose === 'external' || (purpose === 'station-max' && (evse !== 0 || kind === 'relative'))) {
    return 'InvalidProfile';
  }
  if (kind === 'recurring' && (profile.recursMs === null || profile.startsAt === null)) return 'InvalidProfile';
  if (purpose === 'transaction' && !isOfSession(charger, profile)) return 'TxNotFound';
  const refusal = plan.protocol === 'ocpp2.0.1' ? refusal201(profiles, profile) : null;
  if (refusal !== null) return refusal;
  const others = profiles.filter(({ id }) => id !== profile.id);
  return others.length >= MOST_PROFILES ? 'OutOfStorage' : null;
}

/** What 2.0.1 forbids beyond 1.6 (K01.FR.06, .19, .39, .40, .41, .52, .53). */
function refusal201(profiles: readonly StoredProfile[], profile: StoredProfile): string | null {
  const { kind, startsAt, purpose, transaction } = profile;
  if (purpose === 'transaction' && transaction === null) return 'MissingParam';
  if (kind === 'absolute' && startsAt === null) return 'InvalidSchedule';
  if (kind === 'relative' && startsAt !== null) return 'InvalidProfile';
  return profiles.some((other) => contends(other, profile)) ? 'DuplicateProfile' : null;
}

function contends(known: StoredProfile, added: StoredProfile): boolean {
  if (known.id === added.id || known.purpose !== added.purpose || known.stackLevel !== added.stackLevel) return false;
  if (isAlike(known, added)) return overlap(known, added);
  // A default for the station and one for an EVSE contend on that EVSE.
  return added.purpose === 'default' && (known.evse === 0) !== (added.evse === 0) && overlap(known, added);
}

function overlap(one: StoredProfile, other: StoredProfile): boolean {
  return (one.validFrom ?? 0) < (other.validTo ?? Infinity) && (other.validFrom ?? 0) < (one.validTo ?? Infinity);
}

function isCrooked({ periods }: StoredProfile): boolean {
  const inOrder = periods.every(({ startS }, n) => (n === 0 ? startS === 0 : startS > (periods[n - 1]?.startS ?? 0)));
  return !inOrder || periods.length > MOST_PERIODS;
}

function isOfSession(charger: Charger, { evse, transaction }: StoredProfile): boolean {
  const session = charger.outlets.find((each) => each.evse === evse)?.session;
  return session != null && (transaction === null || transaction === session.transaction);
}
