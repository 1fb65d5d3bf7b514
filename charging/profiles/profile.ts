import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';

/** From a moment on, so much. */
export interface SchedulePeriod {
  /** Seconds after the schedule's start. */
  startS: number;
  /** Per phase in A, or over all phases in W. */
  limit: number;
  /** The phases that watts are spread over; null: three. */
  phases: number | null;
}

/** A limit over time. */
export interface ChargingSchedule {
  /** Null: when the transaction begins. */
  startsAt: Millis | null;
  /** Null: its last period goes on. */
  durationS: number | null;
  unit: 'A' | 'W';
  /** In order of time; the first at 0. */
  periods: SchedulePeriod[];
}

/**
 * What a profile is for (OCPP 1.6 §3.13.1, 2.0.1 K.2.2): a transaction's own overrules the default, the maximum of the
 * station and what comes from outside, an energy manager or the grid, cap both.
 */
export type ProfilePurpose = 'station-maximum' | 'default' | 'transaction' | 'external';

/** A charging profile as both versions know it. */
export interface ChargingProfile extends ChargingSchedule {
  /** The charger's number for it. */
  number: number;
  /** 0: the station, or as a default each of its EVSEs. */
  evse: number;
  purpose: ProfilePurpose;
  /** `relative`: its schedule begins with the transaction. */
  kind: 'absolute' | 'daily' | 'weekly' | 'relative';
  /** Of one purpose, the valid profile of the highest level counts. */
  stackLevel: number;
  validFrom: Millis | null;
  validTo: Millis | null;
  /** Null in a transaction's profile that was sent with its start, before it had a name. */
  transaction: string | null;
}

/** A profile that we believe a charger to hold. */
export interface InstalledProfile extends ChargingProfile {
  charger: DeviceId;
  /** `reported`: the charger told of it, we did not set it so. */
  source: 'ours' | 'reported';
  since: Millis;
}

/** Which profiles: those that meet each condition given. A number alone decides. */
export interface ProfileCriteria {
  number?: number | undefined;
  evse?: number | undefined;
  purpose?: ProfilePurpose | undefined;
  stackLevel?: number | undefined;
}

export function meets(profile: ChargingProfile, { number, ...others }: ProfileCriteria): boolean {
  if (number !== undefined) return profile.number === number;
  const { evse, purpose, stackLevel } = others;
  return (
    (evse === undefined || profile.evse === evse) &&
    (purpose === undefined || profile.purpose === purpose) &&
    (stackLevel === undefined || profile.stackLevel === stackLevel)
  );
}

/** A limit that another than us has set at a charger: `EMS` an energy manager, `SO` the grid, `CSO` the operator. */
export interface ExternalLimit {
  charger: DeviceId;
  /** 0: the station. */
  evse: number;
  source: string;
  gridCritical: boolean | null;
  /** What is allowed; null where the charger did not say. */
  schedule: ChargingSchedule | null;
  since: Millis;
}

/** What a car asked for over its cable (ISO 15118). */
export interface ChargingNeeds {
  mode: 'ac' | 'dc';
  /** Phases that it wants; null for direct current. */
  phases: number | null;
  energyWh: number | null;
  departsAt: Millis | null;
  maxCurrentA: number | null;
  maxPowerW: number | null;
  /** State of charge, %. */
  socPercent: number | null;
}

export interface StatedNeeds extends ChargingNeeds {
  charger: DeviceId;
  evse: number;
  /** The session under which it asked; null: none was known. */
  session: string | null;
  at: Millis;
}

/** A schedule that a charger told: `composite`, what all its profiles come to; `car`, what the car means to take. */
export interface ToldSchedule extends ChargingSchedule {
  charger: DeviceId;
  evse: number;
  kind: 'composite' | 'car';
  startsAt: Millis;
  /** When it was told. */
  at: Millis;
}

/** What holds an EVSE when nothing of the moment does. */
export interface StandingLimit {
  charger: DeviceId;
  site: SiteId | null;
  evse: number;
  online: boolean;
  /** What its charger's default profile allows now, A per phase; null: there is none. */
  defaultA: number | null;
  /** What another than us allows it now, A per phase; null: nobody said. */
  externalA: number | null;
}
