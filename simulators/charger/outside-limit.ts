import type { Controls } from './dialect.ts';
import { scheduleWords } from './profile-payload.ts';
import type { StoredProfile } from './profiles.ts';

/** A limit that an energy manager or the grid sets at the charger itself, A per phase. */
export interface OutsideLimit {
  source: 'EMS' | 'SO' | 'Other';
  /** 0: the station. */
  evse: number;
  /** Null: it is lifted. */
  limitA: number | null;
}

/** Numbers of profiles that are not the central system's are below 0. */
const OUTSIDE_ID = -1;

/** Sets or lifts a limit at the charger; a 2.0.1 station tells of it (K12, K13), 1.6 has no word for it. */
export function limitFromOutside(controls: Controls, { source, evse, limitA }: OutsideLimit): void {
  const { charger } = controls;
  const id = OUTSIDE_ID - evse;
  charger.profiles = charger.profiles.filter((each) => each.id !== id);
  const isTold = charger.plan.protocol === 'ocpp2.0.1';
  if (limitA === null) {
    const payload = { chargingLimitSource: source, evseId: evse };
    return isTold ? void controls.send({ action: 'ClearedChargingLimit', payload }) : undefined;
  }
  const startsAt = controls.now();
  const always = { recursMs: null, transaction: null, validFrom: null, validTo: null, durationS: null };
  const limit = { unit: 'A' as const, periods: [{ startS: 0, limit: limitA, phases: null }] };
  const profile: StoredProfile = {
    id,
    evse,
    source,
    stackLevel: 0,
    purpose: 'external',
    kind: 'absolute',
    startsAt,
    ...always,
    ...limit,
  };
  charger.profiles = [...charger.profiles, profile];
  const chargingLimit = { chargingLimitSource: source, isGridCritical: source === 'SO' };
  const payload = { evseId: evse, chargingLimit, chargingSchedule: [scheduleWords({ ...profile, id: 1 })] };
  if (isTold) void controls.send({ action: 'NotifyChargingLimit', payload });
}
