import { DAY, NOMINAL_VOLTAGE_V, SECOND, type Millis } from '#estate/units.ts';
import type { ChargingProfile, ChargingSchedule, ProfilePurpose, SchedulePeriod } from './profile.ts';

/** The EVSE whose limit is sought. */
export interface LimitedEvse {
  /** 0: the station. */
  evse: number;
  /** The transaction that runs, or null. */
  transaction: string | null;
  /** When that began; with none, when one would begin. */
  startedAt: Millis;
}

/** A limit, A per phase, and the number of the profile that sets it. */
export interface HoldingLimit {
  limitA: number;
  number: number;
}

/** A stretch of time under one limit; null: none. */
export interface LimitSpan {
  from: Millis;
  to: Millis;
  limit: HoldingLimit | null;
}

/** Amperes per phase; watts are spread over the period's phases. */
export function amperes({ unit }: Pick<ChargingSchedule, 'unit'>, { limit, phases }: SchedulePeriod): number {
  return unit === 'A' ? limit : limit / (NOMINAL_VOLTAGE_V * (phases ?? 3));
}

/**
 * The limit that profiles set at an instant; null when none holds. Of each purpose the profile of the highest level that
 * has something to say counts; of two on one level, the lower limit. Then the lowest over the purposes.
 *
 * Source: OCPP 1.6 §3.13.2 and §3.13.3, 2.0.1 K.2.3 and K.2.4.
 */
export function limitAt(profiles: readonly ChargingProfile[], at: LimitedEvse, now: Millis): HoldingLimit | null {
  const best = (purpose: ProfilePurpose) => bestOf(profiles, { purpose, at, now });
  const own = at.evse === 0 ? null : (best('transaction') ?? best('default'));
  return lowest([own, best('station-maximum'), best('external')]);
}

/** The limits from one instant to another, as long as each holds. */
export function limitsOver(
  profiles: readonly ChargingProfile[],
  at: LimitedEvse,
  { from, to }: { from: Millis; to: Millis },
): LimitSpan[] {
  const breaks = new Set([from, ...profiles.flatMap((profile) => changesOf(profile, at, { from, to }))]);
  const starts = [...breaks].filter((start) => start >= from && start < to).toSorted((one, other) => one - other);
  const spans: LimitSpan[] = [];
  for (const start of starts) {
    const limit = limitAt(profiles, at, start);
    const last = spans.at(-1);
    if (last && isSame(last.limit, limit)) continue;
    if (last) last.to = start;
    spans.push({ from: start, to, limit });
  }
  return spans;
}

function isSame(one: HoldingLimit | null, other: HoldingLimit | null): boolean {
  return one?.limitA === other?.limitA && one?.number === other?.number;
}

/** The period of a schedule that holds at an instant, if one does. */
export function periodAt({ durationS, periods }: ChargingSchedule, elapsedMs: Millis): SchedulePeriod | undefined {
  const elapsedS = elapsedMs / SECOND;
  if (elapsedS < 0 || (durationS !== null && elapsedS >= durationS)) return undefined;
  return periods.findLast(({ startS }) => startS <= elapsedS);
}

function bestOf(
  profiles: readonly ChargingProfile[],
  { purpose, at, now }: { purpose: ProfilePurpose; at: LimitedEvse; now: Millis },
): HoldingLimit | null {
  let level = -1;
  let found: HoldingLimit | null = null;
  for (const profile of profiles) {
    if (profile.purpose !== purpose || profile.stackLevel < level || !concerns(profile, at, now)) continue;
    const period = periodAt(profile, elapsed(profile, at, now));
    if (!period) continue;
    const limit = { limitA: amperes(profile, period), number: profile.number };
    found = profile.stackLevel > level ? limit : lowest([found, limit]);
    level = profile.stackLevel;
  }
  return found;
}

function concerns({ purpose, evse, validFrom, validTo, transaction }: ChargingProfile, at: LimitedEvse, now: Millis) {
  if (evse !== 0 && evse !== at.evse) return false;
  if ((validFrom !== null && now < validFrom) || (validTo !== null && now >= validTo)) return false;
  if (purpose !== 'transaction') return true;
  return at.transaction !== null && (transaction === null || transaction === at.transaction);
}

const RECURS_MS = { daily: DAY, weekly: 7 * DAY } as const;

/** How long the schedule has run, ms; below 0 before it begins. */
function elapsed(profile: ChargingProfile, at: LimitedEvse, now: Millis): Millis {
  const since = now - startOf(profile, at);
  if (since < 0 || profile.kind === 'absolute' || profile.kind === 'relative') return since;
  return since % RECURS_MS[profile.kind];
}

function startOf({ kind, startsAt }: ChargingProfile, { startedAt }: LimitedEvse): Millis {
  return kind === 'relative' ? startedAt : (startsAt ?? startedAt);
}

/** The instants at which a profile may begin, cease or change within a window. */
function changesOf(profile: ChargingProfile, at: LimitedEvse, { from, to }: { from: Millis; to: Millis }): Millis[] {
  const { kind, validFrom, validTo, durationS, periods } = profile;
  const offsets = [...periods.map(({ startS }) => startS), ...(durationS === null ? [] : [durationS])];
  const start = startOf(profile, at);
  const rounds = kind === 'daily' || kind === 'weekly' ? roundsOf(start, RECURS_MS[kind], { from, to }) : [start];
  const changes = rounds.flatMap((round) => offsets.map((offsetS) => round + offsetS * SECOND));
  return [...changes, ...[validFrom, validTo].filter((instant) => instant !== null)];
}

/** The beginnings of a recurring schedule's rounds that reach into a window. */
function roundsOf(start: Millis, everyMs: Millis, { from, to }: { from: Millis; to: Millis }): Millis[] {
  const rounds: Millis[] = [];
  const first = start + Math.max(0, Math.floor((from - start) / everyMs)) * everyMs;
  for (let round = first; round < to; round += everyMs) rounds.push(round);
  return rounds;
}

function lowest(limits: readonly (HoldingLimit | null)[]): HoldingLimit | null {
  return limits.reduce((low, limit) => (low === null || (limit && limit.limitA < low.limitA) ? limit : low), null);
}
