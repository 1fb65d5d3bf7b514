import type { CommandOutcome } from '#estate/command.ts';
import { MINIMUM_CURRENT_A, MINUTE, NOMINAL_VOLTAGE_V, SECOND, powerOf, type Millis } from '#estate/units.ts';
import { SETTLE_MS, type Draw } from './budget.ts';
import type { ChargingLoad } from './sight.ts';

/** A car's measurement older than this says nothing of the present. */
const CAR_STALE_MS = 2 * MINUTE;
/** So long a car has a limit before what it takes says what it can take. */
const SEEN_AFTER_MS = MINUTE;
/** So long after a limit a car that takes more is said to ignore it. */
const IGNORED_AFTER_MS = 30 * SECOND;
/** Cars stay this far below their limit, A, although they would take more. */
const SATURATED_WITHIN_A = 0.75;

/** A limit that the charger has accepted. */
export interface HeldLimit {
  limitA: number;
  since: Millis;
  expiresAt: Millis;
}

/** A limit that the charger did not accept. */
export interface RefusedLimit {
  limitA: number;
  at: Millis;
  outcome: CommandOutcome;
}

/** What is remembered of a load from one decision to the next. */
export interface LoadMemory {
  held: HeldLimit | null;
  refused: RefusedLimit | null;
  /** It was seen to take clearly less than it may: the limit need not be higher than this, A. */
  seenCapA: number | null;
  /** It accepted a limit and took more. */
  ignoring: boolean;
}

/** The phases a load is counted with. */
export function phasesOf(load: ChargingLoad): 1 | 3 {
  return load.phases ?? 3;
}

/** The most that may be asked of a load, whole A per phase. */
export function mostA(load: ChargingLoad, defaultA: number): number {
  return Math.max(MINIMUM_CURRENT_A, Math.floor(load.maxA ?? defaultA));
}

/**
 * What the load draws at most if its charger does as told, W; with no limit in force that is the charger's default, or
 * all that the EVSE can give.
 */
export function allowedW(load: ChargingLoad, held: HeldLimit | null, at: { now: Millis; defaultA: number }): number {
  const inForce = held !== null && held.expiresAt > at.now;
  return powerOf(inForce ? held.limitA : (load.fallbackA ?? mostA(load, at.defaultA)), phasesOf(load));
}

/**
 * Between which bounds the load draws now, W. Where it was not measured since its last limit, it is taken to obey: what
 * it may take beyond that is seen by the grid meter and counts as the building's.
 */
export function drawOf(load: ChargingLoad, held: HeldLimit | null, at: { now: Millis; defaultA: number }): Draw {
  const allowed = allowedW(load, held, at);
  const measuredW = freshPowerW(load, at.now);
  if (measuredW === null) return { leastW: 0, mostW: allowed };
  if (measuredSince(load, held, SETTLE_MS)) return { leastW: measuredW, mostW: measuredW };
  return { leastW: Math.min(measuredW, allowed), mostW: allowed };
}

/**
 * What the newest measurement teaches about a load: whether it takes less than it may, and whether it obeys. Without a
 * measurement that is late enough after the last limit, what was known stays.
 */
export function learned(load: ChargingLoad, memory: LoadMemory, now: Millis): LoadMemory {
  const { held } = memory;
  const powerW = freshPowerW(load, now);
  if (held === null || powerW === null) return memory;
  let { seenCapA, ignoring } = memory;
  if (measuredSince(load, held, IGNORED_AFTER_MS)) {
    const toldW = powerOf(held.limitA, phasesOf(load));
    ignoring = powerW > Math.max(toldW * 1.1, toldW + powerOf(1, phasesOf(load)));
  }
  if (held.limitA >= MINIMUM_CURRENT_A && measuredSince(load, held, SEEN_AFTER_MS)) {
    const seenA = takenA(load, powerW);
    const saturated = seenA >= held.limitA - SATURATED_WITHIN_A;
    seenCapA = saturated ? null : Math.max(MINIMUM_CURRENT_A, Math.ceil(Math.max(seenA + 1, seenA * 1.1)));
  }
  return { ...memory, seenCapA, ignoring };
}

/** Whether the car was given current and took none: it is full, or not ready. */
export function isIdle(load: ChargingLoad, held: HeldLimit | null, now: Millis): boolean {
  const powerW = freshPowerW(load, now);
  if (held === null || powerW === null || held.limitA < MINIMUM_CURRENT_A) return false;
  return measuredSince(load, held, SEEN_AFTER_MS) && takenA(load, powerW) < 0.5;
}

/** Current per phase; where only power is known, as if it all went through one phase, so that no car is throttled by it. */
function takenA(load: ChargingLoad, powerW: number): number {
  return load.currentA ?? powerW / (NOMINAL_VOLTAGE_V * (load.phases ?? 1));
}

function freshPowerW(load: ChargingLoad, now: Millis): number | null {
  const fresh = load.measuredAt !== null && now - load.measuredAt <= CAR_STALE_MS;
  return fresh ? load.powerW : null;
}

function measuredSince(load: ChargingLoad, held: HeldLimit | null, delayMs: number): boolean {
  return held === null || (load.measuredAt !== null && load.measuredAt >= held.since + delayMs);
}
