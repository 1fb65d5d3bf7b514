import { DAY, type Millis, NOMINAL_VOLTAGE_V, SECOND } from '#estate/units.ts';
import { z } from 'zod';

/** A charging profile as a charger keeps it, whichever version brought it. */
export const storedProfile = z.object({
  id: z.int(),
  /** 0 holds for the whole station, or as a default for each EVSE. */
  evse: z.int(),
  stackLevel: z.int(),
  purpose: z.enum(['station-max', 'default', 'transaction']),
  kind: z.enum(['absolute', 'recurring', 'relative']),
  /** The period of a recurring one, ms. */
  recursMs: z.number().nullable(),
  transaction: z.string().nullable(),
  validFrom: z.number().nullable(),
  validTo: z.number().nullable(),
  startsAt: z.number().nullable(),
  durationS: z.number().nullable(),
  unit: z.enum(['A', 'W']),
  periods: z.array(z.object({ startS: z.number(), limit: z.number() })),
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
 * highest stack level counts; a transaction's own overrules the default; the station's maximum caps both.
 *
 * Source: OCPP 1.6 §3.13.2, 2.0.1 part 2 K01 and §3.3 (stacking).
 */
export function limitOf(profiles: readonly StoredProfile[], query: LimitQuery): number {
  const best = (purpose: StoredProfile['purpose']) => bestOf(profiles, purpose, query);
  const session = query.transaction ? (best('transaction') ?? best('default')) : best('default');
  return Math.min(session ?? Infinity, (best('station-max') ?? Infinity) / Math.max(1, query.sharing));
}

/** The profile put in its place: it replaces those with its id, and those of its purpose, level and EVSE. */
export function install(profiles: readonly StoredProfile[], added: StoredProfile): StoredProfile[] {
  const replaced = (each: StoredProfile) =>
    each.id === added.id ||
    (each.purpose === added.purpose && each.stackLevel === added.stackLevel && each.evse === added.evse);
  return [...profiles.filter((each) => !replaced(each)), added];
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
