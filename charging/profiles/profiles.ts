import type { ChargingFact } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { ChargerRef } from '../domain.ts';
import { limitsNow, standingLimits, type EvseLimit } from './evse-limits.ts';
import { clearExternalLimit, keepExternalLimit, listExternalLimits } from './external-limits.ts';
import { dropProfiles, keepProfile, listProfiles } from './installed.ts';
import { keepNeeds, listNeeds, needsOfSession } from './needs.ts';
import type {
  ChargingNeeds,
  ChargingProfile,
  ExternalLimit,
  InstalledProfile,
  ProfileCriteria,
  StandingLimit,
  StatedNeeds,
  ToldSchedule,
} from './profile.ts';
import { askReport, keepReportPart, type ReportKey, type ProfileReportScope } from './report.ts';
import { keepSchedule, listSchedules } from './told-schedules.ts';

/** What limits the chargers over time: the profiles that we believe installed, and what others told of limits and needs. */
export interface ChargingProfiles {
  /** A charger has taken a profile. `replacesAlike`: also that of its purpose, level and EVSE, as 1.6 has it. */
  installed(taken: { charger: DeviceId; profile: ChargingProfile; replacesAlike: boolean; at: Millis }): Promise<void>;
  /** A charger holds none any more that meets the criteria. */
  cleared(charger: DeviceId, criteria: ProfileCriteria): Promise<void>;
  /** By number; those whose validity or transaction is over are gone. */
  list(charger: DeviceId, at: Millis): Promise<InstalledProfile[]>;
  /** A charger is being asked for its profiles, in a report that may come in parts. */
  reportAsked(asked: ReportKey & { scope: ProfileReportScope; at: Millis }): Promise<void>;
  reported(part: ReportKey & { profiles: readonly ChargingProfile[]; isLast: boolean; at: Millis }): Promise<void>;
  /** What holds each EVSE now. */
  limits(charger: DeviceId, at: Millis): Promise<EvseLimit[]>;
  /** What the EVSEs of a site may take when nothing of the moment holds them. */
  standing(site: SiteId, at: Millis): Promise<StandingLimit[]>;

  /** Another than us has set a limit at a charger, or lifted it: with `evse` null, on all its EVSEs. */
  externallyLimited(charger: ChargerRef, limit: Omit<ExternalLimit, 'charger'>): Promise<void>;
  externallyFreed(charger: ChargerRef, freed: { evse: number | null; source: string; at: Millis }): Promise<void>;
  externalLimits(charger: DeviceId): Promise<ExternalLimit[]>;

  /** A car told what it needs. Whether a profile holds for it already. */
  needsStated(stated: {
    charger: DeviceId;
    evse: number;
    needs: ChargingNeeds;
    at: Millis;
  }): Promise<{ hasProfile: boolean }>;
  /** Of the cars that are at a charger now. */
  needs(charger: DeviceId): Promise<StatedNeeds[]>;
  needsOf(session: string): Promise<StatedNeeds | null>;

  /** A charger told a schedule; it replaces the one before of its EVSE and kind. */
  scheduleTold(told: ToldSchedule): Promise<void>;
  schedules(charger: DeviceId): Promise<ToldSchedule[]>;
}

export const profileUnits = [
  keepProfile,
  dropProfiles,
  listProfiles,
  askReport,
  keepReportPart,
  limitsNow,
  standingLimits,
  keepExternalLimit,
  clearExternalLimit,
  listExternalLimits,
  keepNeeds,
  listNeeds,
  needsOfSession,
  keepSchedule,
  listSchedules,
];

export function createProfiles({
  records,
  tell,
}: {
  records: Records;
  tell: (facts: readonly ChargingFact[]) => void;
}): ChargingProfiles {
  return {
    installed: (taken) => records.run(keepProfile, taken),
    cleared: (charger, criteria) => records.run(dropProfiles, { charger, criteria }),
    list: (charger, at) => records.run(listProfiles, { charger, at }),
    reportAsked: (asked) => records.run(askReport, asked),
    reported: (part) => records.run(keepReportPart, part),
    limits: (charger, at) => records.run(limitsNow, { charger, at }),
    standing: (site, at) => records.run(standingLimits, { site, at }),
    externallyLimited: async (charger, limit) => tell(await records.run(keepExternalLimit, { charger, limit })),
    externallyFreed: async (charger, freed) => tell(await records.run(clearExternalLimit, { charger, ...freed })),
    externalLimits: (charger) => records.run(listExternalLimits, charger),
    needsStated: (stated) => records.run(keepNeeds, stated),
    needs: (charger) => records.run(listNeeds, charger),
    needsOf: (session) => records.run(needsOfSession, session),
    scheduleTold: (told) => records.run(keepSchedule, told),
    schedules: (charger) => records.run(listSchedules, charger),
  };
}
