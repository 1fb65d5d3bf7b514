import { HOUR, MINUTE, type Millis } from '#estate/units.ts';
import { noise, stream, type Stream } from './noise.ts';

/** The air and warmth of a room, as they change. */
export interface Room {
  airC: number;
  /** Walls, floor and furniture. */
  massC: number;
  co2Ppm: number;
  /** Heat that is given now, cold -, W. */
  heatW: number;
}

/** What acts on a room. */
export interface Indoors {
  floorM2: number;
  people: number;
  /** How full of work it is, 0 to 1: ventilation follows. */
  work: number;
  outdoorC: number;
  /** On the level, W/m². */
  sunW: number;
  /** Heated below `heatC`, cooled above `coolC`, with at most so much, W per m² of floor. */
  heatC: number;
  coolC: number;
  mostW?: number;
}

const OUTDOOR_CO2_PPM = 420;
/** m³ of CO2 a second and person, seated work (ASTM D6245). */
const CO2_PER_PERSON = 5.2e-6;
const CEILING_M = 3.2;
/** W per m² of floor and K: from air to mass, from mass to outdoors, from air to outdoors through windows and leaks. */
const AIR_TO_MASS = 8;
const MASS_OUT = 1.6;
const AIR_OUT = 0.8;
/** Ventilation at work, less what its heat recovery keeps. */
const AIRED_OUT = 0.5;
/** J per m² of floor and K. */
const AIR_STORE = 30_000;
const MASS_STORE = 230_000;
/** W per m² and K that are missing. */
const GAIN = 60;
const MOST_HEAT = 70;
const LONGEST_STEP_MS = 5 * MINUTE;
/** Heat a heat pump gives, or takes, for each watt of electricity. */
export const COEFFICIENT_OF_PERFORMANCE = 3.2;

/** A room at rest at a temperature. */
export function restingRoom(airC: number): Room {
  return { airC, massC: airC, co2Ppm: 460, heatW: 0 };
}

/**
 * The room after `durationMs`: two thermal masses and the resistances between them and the outdoors (2R2C), heated and
 * cooled in proportion to what is missing; and a mass balance of CO2. Warmth is solved implicitly in steps of five
 * minutes at most, CO2 exactly, so that a long step stays stable.
 */
export function nextRoom(room: Room, indoors: Indoors, durationMs: number): Room {
  let next: Room = { ...room, co2Ppm: nextCo2(room.co2Ppm, indoors, durationMs) };
  for (let left = durationMs; left > 0; left -= LONGEST_STEP_MS)
    next = { ...next, ...nextWarmth(next, indoors, Math.min(left, LONGEST_STEP_MS) / 1000) };
  return next;
}

function nextCo2(co2Ppm: number, { floorM2, people, work }: Indoors, durationMs: number): number {
  const changesPerHour = 0.25 + 1.6 * work;
  const settledPpm = OUTDOOR_CO2_PPM + (people * CO2_PER_PERSON * 3600 * 1e6) / (changesPerHour * floorM2 * CEILING_M);
  return settledPpm + (co2Ppm - settledPpm) * Math.exp((-changesPerHour * durationMs) / HOUR);
}

/** Implicit Euler; heat follows the temperature at the end of the step, within what the unit can give. */
function nextWarmth({ airC, massC }: Room, indoors: Indoors, seconds: number) {
  const { outdoorC, heatC, coolC, mostW = MOST_HEAT } = indoors;
  const gains = (indoors.people * 90) / indoors.floorM2 + indoors.work * 8 + indoors.sunW * 0.02;
  const [air, mass] = [seconds / AIR_STORE, seconds / MASS_STORE];
  const airOut = AIR_OUT + AIRED_OUT * indoors.work;
  const massShare = 1 + mass * (AIR_TO_MASS + MASS_OUT);
  const massRest = massC + mass * MASS_OUT * outdoorC;
  const solve = (givenW: number, gain: number, targetC: number) => {
    const own = 1 + air * (AIR_TO_MASS + airOut + gain);
    const rest = airC + air * (airOut * outdoorC + gains + givenW + gain * targetC);
    const nextAirC =
      (rest * massShare + air * AIR_TO_MASS * massRest) / (own * massShare - air * AIR_TO_MASS * mass * AIR_TO_MASS);
    return { airC: nextAirC, massC: (massRest + mass * AIR_TO_MASS * nextAirC) / massShare };
  };
  const toward = (targetC: number, sign: 1 | -1) => {
    const settled = solve(0, GAIN, targetC);
    const wantedW = GAIN * (targetC - settled.airC);
    if (sign * wantedW <= mostW) return { ...settled, heatW: wantedW * indoors.floorM2 };
    return { ...solve(sign * mostW, 0, 0), heatW: sign * mostW * indoors.floorM2 };
  };
  const alone = solve(0, 0, 0);
  if (alone.airC < heatC) return toward(heatC, 1);
  if (alone.airC > coolC) return toward(coolC, -1);
  return { ...alone, heatW: 0 };
}

/** Fine dust indoors, µg/m³: the street's, part of which comes in, and steps on the floor. */
export function fineDust(atMs: Millis, chance: Stream, work: number): number {
  return 4 + 14 * noise(stream('dust', chance), 6 * HOUR, atMs) + 4 * work;
}
