import { Quality, type Reading } from '#estate/sample.ts';
import { MINUTE, SECOND, type Millis } from '#estate/units.ts';

/** A meter older than this is not believed. */
export const STALE_MS = 30 * SECOND;
/** After a pause as long as this, a restart perhaps, the base before it says nothing. */
const FORGOTTEN_MS = 2 * MINUTE;
/** What a car needs to follow a new limit (IEC 61851-1: 5 s). */
export const SETTLE_MS = 5 * SECOND;

/** Power at one instant, the sum over the meters of a kind. */
export interface MeteredPower {
  powerW: number;
  /** Of the oldest of them. */
  at: Millis;
}

/** What the meters of a site say; null where there is none, or one of a kind is stale or bad. */
export interface SiteMeters {
  grid: MeteredPower | null;
  building: MeteredPower | null;
  pv: MeteredPower | null;
}

/** Reads the site's meters off its newest readings. */
export function metersOf(readings: readonly Reading[], now: Millis): SiteMeters {
  const powerOfType = (type: string): MeteredPower | null => {
    const metered = readings.filter((reading) => reading.type === type && reading.values['W'] !== undefined);
    if (metered.length === 0 || !metered.every((reading) => isFresh(reading, now))) return null;
    return {
      powerW: metered.reduce((sum, { values }) => sum + (values['W'] ?? 0), 0),
      at: Math.min(...metered.map(({ ts }) => ts)),
    };
  };
  return { grid: powerOfType('grid-meter'), building: powerOfType('building-meter'), pv: powerOfType('pv-inverter') };
}

function isFresh(reading: Reading, now: Millis): boolean {
  // A clock that runs ahead would keep a dead meter fresh for ever.
  const recent = Math.abs(now - reading.ts) <= STALE_MS;
  return recent && (reading.quality?.['W'] ?? Quality.good) === Quality.good;
}

/** Between which bounds all cars together draw, W: apart where a measurement is older than the last limit. */
export interface Draw {
  leastW: number;
  mostW: number;
}

/** What the cars of a site may take together, W, and on what ground. */
export interface Budget {
  /** `fail-safe`: the grid meter is silent. */
  basis: 'measured' | 'fail-safe';
  budgetW: number;
  /** What the site takes from the grid beside its cars (building - photovoltaic), W; below 0 the sun is in surplus. */
  baseW: number | null;
  baseAt: Millis | null;
}

export interface BudgetInput {
  now: Millis;
  gridLimitW: number;
  meters: SiteMeters;
  cars: Draw;
  /** The budget before, and when a limit or the set of cars last changed. */
  previous: (Budget & { changedAt: Millis }) | null;
  /** The share of the grid limit that cars may have while the grid meter is silent. */
  failSafeShare: number;
}

/**
 * The budget of a site's cars: grid limit - (grid - cars). The grid meter is quick and sees everything, cars report
 * about once a minute. So the base is moved from where it was only as far as the measurements demand: while the cars'
 * draw is known within bounds only, whatever they explain is put down to them; what they cannot explain is the building.
 */
export function budgetOf(input: BudgetInput): Budget {
  const { now, gridLimitW, meters, failSafeShare } = input;
  if (!meters.grid) {
    return { basis: 'fail-safe', budgetW: Math.max(0, gridLimitW * failSafeShare), baseW: null, baseAt: null };
  }
  const metered = meters.building && meters.pv ? meters.building.powerW - meters.pv.powerW : null;
  const held = heldBase(input, meters.grid);
  const fromGrid = held?.baseW ?? clampedBase(input, meters.grid, metered);
  const baseW = Math.max(fromGrid, metered ?? -Infinity);
  return { basis: 'measured', budgetW: Math.max(0, gridLimitW - baseW), baseW, baseAt: held?.baseAt ?? now };
}

/** Until the grid meter has seen a change, grid and cars do not belong together: the base stays, for a while. */
function heldBase({ now, previous }: BudgetInput, grid: MeteredPower): { baseW: number; baseAt: Millis } | null {
  if (previous === null || previous.baseW === null || previous.baseAt === null) return null;
  const unsettled = grid.at < previous.changedAt + SETTLE_MS;
  return unsettled && now - previous.baseAt < STALE_MS ? { baseW: previous.baseW, baseAt: previous.baseAt } : null;
}

function clampedBase({ now, cars, previous }: BudgetInput, grid: MeteredPower, metered: number | null): number {
  const known = previous !== null && now - (previous.baseAt ?? 0) <= FORGOTTEN_MS ? previous.baseW : null;
  const before = known ?? metered ?? grid.powerW;
  return Math.min(grid.powerW - cars.leastW, Math.max(grid.powerW - cars.mostW, before));
}
