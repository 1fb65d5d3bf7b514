/** The last sharing decision of a site, as the API hands it on from the building. Powers W, instants ms. */
export interface Decision {
  at: number;
  basis: 'measured' | 'fail-safe';
  gridLimitW: number;
  budgetW: number;
  /** What the site takes from the grid beside its cars; below 0 the sun is in surplus. */
  baseW: number | null;
  carsW: number;
  reservedW: number;
  loads: DecidedLoad[];
}

export interface DecidedLoad {
  charger: string;
  evse: number;
  phases: number;
  powerW: number | null;
  /** A per phase; null: the charger is offline and cannot be told. */
  limitA: number | null;
  countedW: number;
  admitted: boolean;
  /** It waits although there is power for it. */
  resting: boolean;
  seenCapA: number | null;
  ignoring: boolean;
  refused: unknown;
  roomSince: number | null;
  /** Why, in the building's own words. */
  why: string;
}

export type Reason = 'shared' | 'car-limit' | 'calm' | 'waiting' | 'resting' | 'offline' | 'ignoring' | 'refused';

/** Why a car gets what it gets, to be said in the reader's language. */
export function reasonOf(load: DecidedLoad): Reason {
  if (load.limitA === null) return 'offline';
  if (load.ignoring) return 'ignoring';
  if (load.refused !== null) return 'refused';
  if (!load.admitted) return load.resting ? 'resting' : 'waiting';
  if (load.roomSince !== null) return 'calm';
  return load.limitA === load.seenCapA ? 'car-limit' : 'shared';
}

/** Whether what was answered is a decision that can be put in words here; if not it is shown as recorded. */
export function isDecision(answered: unknown): answered is Decision {
  if (typeof answered !== 'object' || answered === null) return false;
  const has = (name: string, type: string) => typeof Reflect.get(answered, name) === type;
  return (
    ['at', 'gridLimitW', 'budgetW', 'carsW', 'reservedW'].every((name) => has(name, 'number')) &&
    has('basis', 'string') &&
    Array.isArray(Reflect.get(answered, 'loads'))
  );
}
