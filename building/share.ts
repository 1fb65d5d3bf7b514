import type { SiteId } from '#estate/ids.ts';
import { MINIMUM_CURRENT_A, MINUTE, SECOND, powerOf, type Millis } from '#estate/units.ts';
import { LEAST_TURN_MS, LONGEST_WAIT_MS, admit, type Candidate } from './admission.ts';
import { budgetOf, type Budget, type SiteMeters } from './budget.ts';
import { allowedW, drawOf, isIdle, learned, mostA, phasesOf, type LoadMemory } from './draw.ts';
import { fill } from './fill.ts';
import type { ChargingLoad } from './sight.ts';

/** So long more must have been free before a limit is raised. */
const CALM_MS = 20 * SECOND;
/** So long before a limit lapses that nobody can renew, what holds after it is counted. */
const LAPSES_WITHIN_MS = MINUTE;

export interface SharingRules {
  /** The share of the grid limit that cars may have while the grid meter is silent. */
  failSafeShare: number;
  /** What an EVSE of unknown rating can give per phase, A. */
  defaultA: number;
}

export interface ShareInput {
  now: Millis;
  site: SiteId;
  gridLimitW: number;
  meters: SiteMeters;
  loads: readonly ChargingLoad[];
  /** What cars may draw at chargers that are cut off, of whom nobody knows, W. */
  unseenW?: number;
  /** The decision before this one, with what the chargers answered to it. */
  previous: PowerDecision | null;
}

/** What one car gets, and why. */
export interface SharedLoad extends LoadMemory {
  charger: string;
  evse: number;
  session: string;
  transaction: string;
  phases: 1 | 3;
  /** What it was last measured to take, W. */
  powerW: number | null;
  /** What it is to be told, A per phase; null: the charger is offline and cannot be told anything. */
  limitA: number | null;
  /** What it counts against the budget, W. */
  countedW: number;
  admitted: boolean;
  /** Since when it is admitted, or waits. */
  turnSince: Millis;
  /** It waits although there is power for it: it was sent to wait too short a time ago. */
  resting: boolean;
  /** Since when it could have more than it holds. */
  roomSince: Millis | null;
  why: string;
}

/** A decision on a site's power with what it rests on. It is the whole memory of the next one. */
export interface PowerDecision extends Budget {
  site: SiteId;
  at: Millis;
  gridLimitW: number;
  meters: SiteMeters;
  /** What all cars together were measured to take, W. */
  carsW: number;
  /** What is kept for cars that cannot be steered, and for those that may come to chargers which are cut off, W. */
  reservedW: number;
  /** When a limit or the set of cars last changed. */
  changedAt: Millis;
  loads: SharedLoad[];
}

interface Considered {
  key: string;
  load: ChargingLoad;
  before: SharedLoad | null;
  memory: LoadMemory;
}

export function loadKey(load: { charger: string; evse: number; transaction: string }): string {
  return `${load.charger}:${load.evse}:${load.transaction}`;
}

/**
 * Shares a site's power among its cars: what all may be told together, and what is kept for those that cannot be
 * steered, stays within the budget. Same input, same decision.
 */
export function share(input: ShareInput, rules: SharingRules): PowerDecision {
  const { now, site, gridLimitW, meters, loads, previous, unseenW = 0 } = input;
  const at = { now, defaultA: rules.defaultA };
  const considered = consider(input);
  const draws = considered.map(({ load, memory }) => drawOf(load, memory.held, at));
  const changedAt = lastChange(considered, input);
  const budget = budgetOf({
    now,
    gridLimitW,
    meters,
    cars: { leastW: total(draws, ({ leastW }) => leastW), mostW: total(draws, ({ mostW }) => mostW) + unseenW },
    previous: previous && { ...previous, changedAt },
    failSafeShare: rules.failSafeShare,
  });
  const kept = new Map(considered.map((one) => [one.key, keptFor(one, at)]));
  const reservedW = unseenW + total([...kept.values()], (one) => one?.countedW ?? 0);
  const steerable = considered.filter(({ key }) => !kept.get(key));
  const sharableW = Math.max(0, budget.budgetW - reservedW);
  const shared = shareOut(steerable, sharableW, at);
  const leastA = ({ load }: Considered, keptW: number) =>
    reservedW <= budget.budgetW && keptW >= powerOf(MINIMUM_CURRENT_A, phasesOf(load)) ? MINIMUM_CURRENT_A : 0;
  return {
    ...budget,
    site,
    at: now,
    gridLimitW,
    meters,
    carsW: total(loads, ({ powerW }) => powerW ?? 0),
    reservedW,
    changedAt,
    loads: considered.map((one) => {
      const keeps = kept.get(one.key);
      if (!keeps) return shared(one);
      return { ...described(one, now), ...keeps, limitA: one.load.online ? leastA(one, keeps.countedW) : null };
    }),
  };
}

function consider({ loads, previous, now }: ShareInput): Considered[] {
  const known = new Map(previous?.loads.map((load) => [loadKey(load), load]));
  const unknown: LoadMemory = { held: null, refused: null, seenCapA: null, ignoring: false };
  return loads
    .map((load) => {
      const before = known.get(loadKey(load)) ?? null;
      return { key: loadKey(load), load, before, memory: learned(load, before ?? unknown, now) };
    })
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

function lastChange(considered: readonly Considered[], { previous, now }: ShareInput): Millis {
  const same = previous?.loads.length === considered.length && considered.every(({ before }) => before !== null);
  if (!same) return now;
  return Math.max(previous.changedAt, ...considered.map(({ memory }) => memory.held?.since ?? 0));
}

/** What stays the same of a load whatever is decided. */
function described({ load, before, memory }: Considered, now: Millis) {
  const { held, refused, seenCapA, ignoring } = memory;
  const { charger, evse, session, transaction, powerW } = load;
  const turn = {
    admitted: before?.admitted ?? true,
    turnSince: before?.turnSince ?? now,
    resting: false,
    roomSince: null,
  };
  const phases = phasesOf(load);
  return { charger, evse, session, transaction, phases, powerW, held, refused, seenCapA, ignoring, ...turn };
}

/** What must be kept for a car that cannot be steered, and why; null for all others. */
function keptFor({ load, memory }: Considered, at: { now: Millis; defaultA: number }) {
  const { held, refused, ignoring } = memory;
  const fullW = Math.max(allowedW(load, null, at), load.powerW ?? 0);
  const inForce = held !== null && held.expiresAt > at.now ? held : null;
  if (ignoring) {
    const countedW = Math.max(powerOf(mostA(load, at.defaultA), phasesOf(load)), load.powerW ?? 0);
    const why = `It accepted a limit and takes ${kW(load.powerW ?? 0)} all the same: all it could take is kept for it.`;
    return { countedW, why };
  }
  if (!load.online) {
    // What holds after the limit is reserved before it lapses: the others need time to make room.
    const lapses = inForce === null || inForce.expiresAt - at.now <= LAPSES_WITHIN_MS;
    const countedW = Math.max(inForce ? allowedW(load, inForce, at) : 0, lapses ? fullW : 0);
    const kept = inForce && !lapses ? `the ${inForce.limitA} A it was last told` : kW(countedW);
    return { countedW, why: `The charger is offline: ${kept} stay reserved for it.` };
  }
  if (refused) {
    const askedW = powerOf(refused.limitA, phasesOf(load));
    const countedW = inForce ? Math.max(allowedW(load, inForce, at), askedW) : fullW;
    const why = `The charger did not take its limit (${refused.outcome}): ${kW(countedW)} are kept for it, and it is asked again.`;
    return { countedW, why };
  }
  return null;
}

/** Shares power among cars that do as told; tells for each what it gets. */
function shareOut(steerable: readonly Considered[], budgetW: number, at: { now: Millis; defaultA: number }) {
  const { now, defaultA } = at;
  const admitted = new Set(admit(steerable.map(candidate(now)), budgetW, now));
  const capOf = ({ load, memory }: Considered) => Math.min(mostA(load, defaultA), memory.seenCapA ?? Infinity);
  const vessels = steerable
    .filter(({ key }) => admitted.has(key))
    .map((one) => ({ key: one.key, phases: phasesOf(one.load), capA: capOf(one) }));
  const levels = fill(vessels, budgetW);
  const resting = total(steerable, ({ load }) => powerOf(MINIMUM_CURRENT_A, phasesOf(load))) <= budgetW;
  return (one: Considered): SharedLoad => {
    const targetA = levels.get(one.key);
    const kept = described(one, now);
    const turnSince = one.before && one.before.admitted === admitted.has(one.key) ? one.before.turnSince : now;
    if (targetA === undefined) {
      const turnInMs = turnSince + (resting ? LEAST_TURN_MS : LONGEST_WAIT_MS) - now;
      const turnIn = `${Math.max(1, Math.ceil(turnInMs / MINUTE))} min at the latest`;
      const why = resting
        ? `Waits: there is power for it, but no car is switched off and on so quickly; its turn comes in ${turnIn}.`
        : `Waits: ${kW(budgetW)} for ${steerable.length} cars do not hold 6 A for each; it comes first in ${turnIn}.`;
      return { ...kept, admitted: false, resting, turnSince, limitA: 0, countedW: 0, why };
    }
    const { limitA, roomSince } = damped(targetA, one, now);
    const why = explained({ limitA, targetA, capA: capOf(one), seenCapA: one.memory.seenCapA, budgetW, cars: levels });
    const countedW = powerOf(limitA, kept.phases);
    return { ...kept, admitted: true, turnSince, roomSince, limitA, countedW, why };
  };
}

function candidate(now: Millis) {
  return ({ key, load, before, memory }: Considered): Candidate => ({
    key,
    floorW: powerOf(MINIMUM_CURRENT_A, phasesOf(load)),
    energyWh: load.energyWh,
    startedAt: load.startedAt,
    turn: before && { admitted: before.admitted, since: before.turnSince },
    idle: isIdle(load, memory.held, now),
  });
}

/** Down at once, up only when more has been free for a while. */
function damped(targetA: number, { before, memory }: Considered, now: Millis) {
  const { held } = memory;
  const heldA = held !== null && held.expiresAt > now ? held.limitA : 0;
  if (heldA < MINIMUM_CURRENT_A || targetA <= heldA) return { limitA: targetA, roomSince: null };
  const roomSince = before?.roomSince ?? now;
  return now - roomSince < CALM_MS ? { limitA: heldA, roomSince } : { limitA: targetA, roomSince: null };
}

function explained(of: {
  limitA: number;
  targetA: number;
  capA: number;
  seenCapA: number | null;
  budgetW: number;
  cars: Map<string, number>;
}): string {
  const { limitA, targetA, capA, seenCapA } = of;
  if (limitA < targetA) return `Stays at ${limitA} A until ${targetA} A have been free for ${CALM_MS / SECOND} s.`;
  if (limitA === seenCapA) return `It was seen to take less than it was allowed; ${limitA} A leave it room.`;
  if (limitA === capA) return `There is enough: it may take all that the EVSE gives.`;
  return `${kW(of.budgetW)} shared evenly among ${of.cars.size} charging ${of.cars.size === 1 ? 'car' : 'cars'}.`;
}

function kW(powerW: number): string {
  return `${(powerW / 1_000).toFixed(1)} kW`;
}

function total<T>(of: readonly T[], value: (one: T) => number): number {
  return of.reduce((sum, one) => sum + value(one), 0);
}
