import { HOUR, type Millis } from '#estate/units.ts';
import { type BuildingPlan, occupancy } from './building.ts';
import { noise } from './noise.ts';

/** The air and warmth of the public room, as it changes. */
export interface Room {
  airC: number;
  co2Ppm: number;
  /** Heat that the thermostat asks for now, W. */
  heatW: number;
}

const OUTDOOR_CO2_PPM = 420;
/** m³ of CO2 a second and person, seated work (ASTM D6245). */
const CO2_PER_PERSON = 5.2e-6;
const CEILING_M = 3.2;
/** Heat lost, W per m² of floor and K; heat stored, J per m² and K. */
const LOSS = 2.2;
const STORE = 260_000;
/** Heat a heat pump gives for each watt it takes. */
export const COEFFICIENT_OF_PERFORMANCE = 3.2;

/** A room at rest at the given set point. */
export function restingRoom(setC: number): Room {
  return { airC: setC, co2Ppm: 460, heatW: 0 };
}

/**
 * The room after `durationMs`: one thermal zone that heats in proportion to what is missing to the set point, and a mass
 * balance of CO2. Both are solved exactly over the step, so a long step stays stable.
 */
export function nextRoom(
  room: Room,
  building: BuildingPlan,
  step: { atMs: Millis; durationMs: number; outdoorC: number; setC: number },
): Room {
  const open = occupancy(step.atMs);
  const people = open * (2 + building.floorM2 / 25);
  const changesPerHour = 0.25 + 1.6 * open;
  const volume = building.floorM2 * CEILING_M;
  const settledPpm = OUTDOOR_CO2_PPM + (people * CO2_PER_PERSON * 3600 * 1e6) / (changesPerHour * volume);
  const aired = Math.exp((-changesPerHour * step.durationMs) / HOUR);

  const gainsW = people * 90 + open * building.floorM2 * 8;
  const heatW = Math.max(0, Math.min(building.floorM2 * 70, (step.setC + 0.3 - room.airC) * building.floorM2 * 60));
  const settledC = step.outdoorC + (gainsW + heatW) / (building.floorM2 * LOSS);
  const kept = Math.exp((-LOSS * step.durationMs) / 1000 / STORE);
  const airC = settledC + (room.airC - settledC) * kept;
  return {
    airC: open > 0 ? Math.min(airC, 26.5) : airC,
    co2Ppm: settledPpm + (room.co2Ppm - settledPpm) * aired,
    heatW,
  };
}

/** Fine dust, µg/m³: the street's, part of which comes in, and steps on the floor. */
export function fineDust(atMs: Millis, seed: string): number {
  return 4 + 14 * noise(`${seed}/dust`, 6 * HOUR, atMs) + 4 * occupancy(atMs);
}
