import { DAY, type Millis, NOMINAL_VOLTAGE_V, SECOND } from '#estate/units.ts';
import { z } from 'zod';

/** A charging profile as a charger keeps it, whichever version brought it. */
export const storedProfile = z.object({
  id: z.int(),
  /** 0 holds for the whole station, or as a default for each EVSE. */
  evse: z.int(),
  stackLevel: z.int(),
  purpose: z.enum(['station-max', 'default', 'transaction', 'external']),
  /** Who set it: `CSO` the central system, `EMS` an energy manager, `SO` the grid. */
  source: z.string().default('CSO'),
  kind: z.enum(['absolute', 'recurring', 'relative']),
  /** The period of a recurring one, ms. */
  recursMs: z.number().nullable(),
  transaction: z.string().nullable(),
  validFrom: z.number().nullable(),
  validTo: z.number().nullable(),
  startsAt: z.number().nullable(),
  durationS: z.number().nullable(),
  unit: z.enum(['A', 'W']),
  periods: z.array(z.object({ startS: z.number(), limit: z.number(), phases: z.int().nullable().default(null) })),
});

export type StoredProfile = z.infer<typeof storedProfile>;

/** For whom a limit is sought. */
export interface LimitQuery {
  evse: number;
  /** The running transaction, or null. */
  transaction: { id: string | null; startedAt: Millis } | null;
  /** The phases that watts are spread over. */
  phases: number;
  /** The EVSEs that divide the station's maximum among them. */
  sharing: number;
  now: Millis;
}

export const HIGHEST_STACK_LEVEL = 8;
const WEEK = 7 * DAY;

/**
 * The limit that a charger's profiles set, A per phase; infinite when none holds. Of each purpose the valid one of the
 * highest stack level counts; a transaction's own overrules the default; the station's maximum caps both, and so does what
 * comes from outside.
 *
 * Source: OCPP 1.6 §3.13.2, 2.0.1 part 2 K01 and §3.3 (stacking).
 */
export function limitOf(profiles: readonly StoredProfile[], query: LimitQuery): number {
  const best = (purpose: StoredProfile['purpose']) => bestOf(profiles, purpose, query);
  const session = query.transaction ? (best('transaction') ?? best('default')) : best('default');
  return Math.min(session ?? Infinity, capOf(profiles, query) / Math.max(1, query.sharing), outsideOf(profiles, query));
}

/** What the whole station may take, A per phase: the lower of its maximum and of what comes from outside. */
export function stationLimitOf(profiles: readonly StoredProfile[], now: Millis): number {
  return capOf(profiles, { evse: 0, transaction: null, phases: 3, sharing: 1, now });
}

function capOf(profiles: readonly StoredProfile[], query: LimitQuery): number {
  const station = profiles.filter(({ evse }) => evse === 0);
  const best = (purpose: StoredProfile['purpose']) => bestOf(station, purpose, query) ?? Infinity;
  return Math.min(best('station-max'), best('external'));
}

/** What comes from outside for one EVSE, A per phase. */
function outsideOf(profiles: readonly StoredProfile[], query: LimitQuery): number {
  const own = profiles.filter(({ evse }) => evse === query.evse);
  return bestOf(own, 'external', query) ?? Infinity;
}

/** The profile put in its place: it replaces those with its id and, in 1.6, those of its purpose, level and EVSE. */
export function install(
  profiles: readonly StoredProfile[],
  added: StoredProfile,
  { replacesAlike }: { replacesAlike: boolean },
): StoredProfile[] {
  const replaced = (each: StoredProfile) => each.id === added.id || (replacesAlike && isAlike(each, added));
  return [...profiles.filter((each) => !replaced(each)), added];
}

/** Whether two profiles would contend: of one purpose and level, on one EVSE. */
export function isAlike(one: StoredProfile, other: StoredProfile): boolean {
  return one.purpose === other.purpose && one.stackLevel === other.stackLevel && one.evse === other.evse;
}

/** The instants at which a profile may begin, cease or change within a window. */
export function changesOf(
  profile: StoredProfile,
  query: LimitQuery,
  { from, to }: { from: Millis; to: Millis },
): Millis[] {
  const { recursMs, durationS, periods, validFrom, validTo } = profile;
  const start = startOf(profile, query);
  const bounds = [validFrom, validTo].filter((bound) => bound !== null);
  if (start === null) return bounds;
  const offsets = [...periods.map(({ startS }) => startS), ...(durationS === null ? [] : [durationS])];
  const rounds: Millis[] = [];
  const first = recursMs === null ? start : start + Math.max(0, Math.floor((from - start) / recursMs)) * recursMs;
  for (let round = first; round < to; round += recursMs ?? Infinity) rounds.push(round);
  return [...bounds, ...rounds.flatMap((round) => offsets.map((offsetS) => round + offsetS * SECOND))];
}

/** The profiles whose validity is not over. */
export function unexpired(profiles: readonly StoredProfile[], now: Millis): StoredProfile[] {
  return profiles.filter((each) => each.validTo === null || each.validTo > now);
}

/** The period of a recurrency kind as OCPP names it, ms. */
export function recurrence(kind: 'Daily' | 'Weekly' | undefined): number | null {
  return kind === undefined ? null : kind === 'Daily' ? DAY : WEEK;
}

function bestOf(
  profiles: readonly StoredProfile[],
  purpose: StoredProfile['purpose'],
  query: LimitQuery,
): number | undefined {
  let found: { level: number; limitA: number } | undefined;
  for (const profile of profiles) {
    if (profile.purpose !== purpose || !concerns(profile, query)) continue;
    const limitA = limitNow(profile, query);
    if (limitA === null) continue;
    if (!found || profile.stackLevel > found.level) found = { level: profile.stackLevel, limitA };
    else if (profile.stackLevel === found.level) found.limitA = Math.min(found.limitA, limitA);
  }
  return found?.limitA;
}

function concerns(profile: StoredProfile, query: LimitQuery): boolean {
  if (profile.evse !== 0 && profile.evse !== query.evse) return false;
  if (profile.validFrom !== null && query.now < profile.validFrom) return false;
  if (profile.validTo !== null && query.now >= profile.validTo) return false;
  return (
    profile.purpose !== 'transaction' || profile.transaction === null || profile.transaction === query.transaction?.id
  );
}

function limitNow(profile: StoredProfile, query: LimitQuery): number | null {
  const startsAt = startOf(profile, query);
  if (startsAt === null || query.now < startsAt) return null;
  const sinceMs = profile.recursMs === null ? query.now - startsAt : (query.now - startsAt) % profile.recursMs;
  const sinceS = sinceMs / SECOND;
  if (profile.durationS !== null && sinceS >= profile.durationS) return null;
  const period = profile.periods.findLast((each) => each.startS <= sinceS);
  if (!period) return null;
  return profile.unit === 'A' ? period.limit : period.limit / (NOMINAL_VOLTAGE_V * query.phases);
}

function startOf(profile: StoredProfile, query: LimitQuery): Millis | null {
  if (profile.kind === 'relative') return query.transaction?.startedAt ?? null;
  return profile.startsAt ?? query.transaction?.startedAt ?? profile.validFrom ?? 0;
}
