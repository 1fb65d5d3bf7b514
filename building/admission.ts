import { MINUTE, type Millis } from '#estate/units.ts';

/** A car is not switched on or off faster than this, but for the limit of the site. */
export const LEAST_TURN_MS = 3 * MINUTE;
/** Who has waited this long comes before those whose turn it was. */
export const LONGEST_WAIT_MS = 15 * MINUTE;

/** A car that wants a turn. */
export interface Candidate {
  key: string;
  /** The least it can be given, W. */
  floorW: number;
  energyWh: number;
  startedAt: Millis;
  /** Its standing so far and since when; null: it is new. */
  turn: { admitted: boolean; since: Millis } | null;
  /** It was given current and took none. */
  idle: boolean;
}

/**
 * Chooses who may charge: as many as fit into the budget with their least current. Who was let in keeps its turn for
 * 3 minutes, who has waited 15 comes next, then whose turn has not lasted 15, then who has got the least energy, and
 * last who takes nothing. Who was sent to wait waits at least 3 minutes.
 *
 * @returns the keys of those admitted, in the order in which they were let in.
 */
export function admit(candidates: readonly Candidate[], budgetW: number, now: Millis): string[] {
  const queue = candidates
    .filter(({ turn }) => turn === null || turn.admitted || now - turn.since >= LEAST_TURN_MS)
    .toSorted((one, other) => compare(one, other, now));
  const admitted: string[] = [];
  let leftW = budgetW;
  for (const { key, floorW } of queue) {
    if (floorW > leftW) continue;
    leftW -= floorW;
    admitted.push(key);
  }
  return admitted;
}

function compare(one: Candidate, other: Candidate, now: Millis): number {
  const place = rank(one, now) - rank(other, now);
  if (place !== 0) return place;
  const longestFirst = rank(one, now) === 1 ? (one.turn?.since ?? now) - (other.turn?.since ?? now) : 0;
  if (longestFirst !== 0) return longestFirst;
  return one.energyWh - other.energyWh || one.startedAt - other.startedAt || (one.key < other.key ? -1 : 1);
}

function rank({ turn, idle }: Candidate, now: Millis): number {
  const lastedMs = turn === null ? 0 : now - turn.since;
  if (turn?.admitted && lastedMs < LEAST_TURN_MS) return 0;
  if (turn && !turn.admitted && lastedMs >= LONGEST_WAIT_MS) return 1;
  if (idle) return 4;
  return turn?.admitted && lastedMs < LONGEST_WAIT_MS ? 2 : 3;
}
