import { HOUR, type Millis } from '#estate/units.ts';

/**
 * From a meter's register to the energy of a session. A register is absolute and only grows, so the energy is its last
 * value less its first. Chargers break this: a baseline of 0 before a register of 910 kWh, a 0 in the middle, kWh sent as
 * Wh, a meter that is reset or rolls over. So the registers are sorted into *climbs*: a register belongs to the climb that
 * it plausibly continues, and one that continues none begins another. The energy is that of the greatest climb: each climb
 * only grows, and only by steps that a charger can deliver, so the energy neither falls nor jumps. That there is more
 * than one climb is a doubt, for a person to settle; nothing is guessed.
 */
export interface Climb {
  startWh: number;
  topWh: number;
  /** When it was last continued. */
  at: Millis;
}

export type MeteringDoubt = 'falling-register' | 'register-jump' | 'unit';

export interface Metering {
  climbs: readonly Climb[];
  doubts: readonly MeteringDoubt[];
}

export interface Register {
  at: Millis;
  wh: number;
}

/** What a CCS inlet takes at most, 500 A at 1,000 V (IEC 62196-3), W. */
const MOST_POWER_W = 500_000;
/** However long the silence between two registers was, no car took more, Wh. */
const MOST_STEP_WH = 500_000;
/**
 * A whole session may lie between two registers of one instant: a backlog told by a charger without a clock has the time
 * of its receipt. So much, the fill of the largest car battery, is believed whatever the time between, Wh.
 */
const BATTERY_WH = 250_000;
/** The same register told in kWh and in Wh differs by this factor; the car takes some in between. */
const UNIT_FACTOR = { from: 990, to: 1_010 };
/** A register up to this is that of a meter that begins near 0 with each session: from there a factor proves nothing, Wh. */
const NEAR_ZERO_WH = 100;
/** From so much energy on a unit can be told from the rounding of a meter, Wh: as Wh told as kWh, or kWh told as Wh. */
const ENOUGH_WH = { asTooMany: 20_000, asTooFew: 1_000 };
/** The same register, once with decimals and once without, Wh. */
const ROUNDING_WH = 1;
/** A meter that speaks at random cannot fill the memory. */
const MOST_CLIMBS = 8;

export const unmetered: Metering = { climbs: [], doubts: [] };

/** The metering with one register more; registers are given in the order in which they were read. */
export function withRegister(metering: Metering, { at, wh }: Register): Metering {
  if (!Number.isFinite(wh)) return metering;
  const continued = continuedBy(metering.climbs, { at, wh });
  if (continued) {
    const grown = { ...continued, topWh: Math.max(continued.topWh, wh), at };
    return { ...metering, climbs: metering.climbs.map((climb) => (climb === continued ? grown : climb)) };
  }
  const doubts = new Set(metering.doubts);
  if (metering.climbs.length > 0) doubts.add(doubtAbout(metering.climbs, wh));
  const begun = { startWh: wh, topWh: wh, at };
  return { climbs: [...metering.climbs, begun].slice(0, MOST_CLIMBS), doubts: [...doubts] };
}

/** Why a register continues none of the climbs. */
function doubtAbout(climbs: readonly Climb[], wh: number): MeteringDoubt {
  if (climbs.some(({ topWh }) => isOtherUnit(topWh, wh) || isOtherUnit(wh, topWh))) return 'unit';
  return climbs.some(({ topWh }) => wh < topWh) ? 'falling-register' : 'register-jump';
}

/** The energy of the session, Wh, to a thousandth. */
export function energyWh({ climbs }: Metering): number {
  const greatest = climbs.reduce((most, climb) => Math.max(most, climb.topWh - climb.startWh), 0);
  return Math.round(greatest * 1_000) / 1_000;
}

/**
 * Whether Wh were told as kWh, or kWh as Wh, by the size of what was metered: against the energy that the powers come to,
 * where powers were told; else against what any charger can deliver in that time.
 */
export function isUnitDoubtful(metering: Metering, session: { expectedWh: number; durationMs: number }): boolean {
  const { expectedWh, durationMs } = session;
  const countedWh = energyWh(metering);
  if (countedWh > deliverableWh(durationMs) + BATTERY_WH) return true;
  // From the lowest register to the highest, across jumps: one may be the work of the unit.
  const lowest = Math.min(...metering.climbs.map(({ startWh }) => startWh));
  const spanWh = Math.max(...metering.climbs.map(({ topWh }) => topWh)) - lowest;
  if (spanWh >= ENOUGH_WH.asTooMany && isNearThousand(spanWh / expectedWh)) return true;
  return expectedWh >= ENOUGH_WH.asTooFew && isNearThousand(expectedWh / countedWh);
}

/** A mean power between two samples is no more than an estimate, so a thousand is met loosely. */
function isNearThousand(factor: number): boolean {
  return factor >= 300 && factor <= 3_000;
}

/** The most that a charger delivers in a time, Wh. A clock that was set back says nothing about the time between. */
function deliverableWh(durationMs: number): number {
  return durationMs < 0 ? MOST_STEP_WH : Math.min((MOST_POWER_W * durationMs) / HOUR, MOST_STEP_WH);
}

/** The climb that the register continues; of several, the one with the smallest rise. */
function continuedBy(climbs: readonly Climb[], register: Register): Climb | undefined {
  return climbs.filter((climb) => continues(climb, register)).toSorted((a, b) => b.topWh - a.topWh)[0];
}

function continues(climb: Climb, { at, wh }: Register): boolean {
  const rise = wh - climb.topWh;
  const mostWh = deliverableWh(at - climb.at) + BATTERY_WH;
  return rise >= -ROUNDING_WH && rise <= mostWh && !isOtherUnit(climb.topWh, wh);
}

function isOtherUnit(beforeWh: number, wh: number): boolean {
  const factor = wh / beforeWh;
  return beforeWh > NEAR_ZERO_WH && factor >= UNIT_FACTOR.from && factor <= UNIT_FACTOR.to;
}
