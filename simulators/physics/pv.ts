import { type CellState, cellTemperature } from './cell-temperature.ts';
import { planeOfArray } from './plane.ts';
import type { SunPosition } from './sun.ts';

/** A photovoltaic plant of one orientation; what is not said is that of a common one on a roof. */
export interface PvPlant {
  /** At standard test conditions, W. */
  peakW: number;
  /** What the inverter gives at most, W. */
  inverterW: number;
  /** 0 lies flat. Of a tracker: how far its axis is raised. */
  tiltDeg: number;
  /** From north, clockwise: 180 faces south. Of a tracker: where its axis points. */
  azimuthDeg: number;
  mount?: Mount;
  module?: Module;
  /** What soiling, wires, mismatch and the like take, 0 to 1. */
  losses?: number;
  /** At the inverter's full power, 0 to 1. */
  inverterEfficiency?: number;
  /** Of rows of trackers: their width as a share of their distance. */
  groundCoverage?: number;
}

export type Mount = 'open-rack' | 'roof' | 'one-axis' | 'one-axis-backtracking' | 'two-axis';
export type Module = 'standard' | 'premium' | 'thin-film';

/** What the sky gives, W/m². */
export interface Irradiance {
  /** On the level. */
  globalW: number;
  /** On a plane that faces the sun. */
  beamW: number;
  /** From the rest of the sky, on the level. */
  diffuseW: number;
}

/** The air around the modules. */
export interface Air {
  temperatureC: number;
  windMs: number;
}

/** What power changes with each °C of the cells above 25. */
const TEMPERATURE_COEFFICIENT: Record<Module, number> = { standard: -0.0047, premium: -0.0035, 'thin-film': -0.002 };
const LOSSES = 0.14;
const INVERTER_EFFICIENCY = 0.96;

/**
 * AC power of a plant, W, never negative, clipped at its inverter; and what leads to it. Cells come to rest in the given
 * sun and air, unless it is said how they were some hours before.
 *
 * Source: A. Dobos, PVWatts Version 5 Manual, NREL/TP-6A20-62641 (2014).
 */
export function pvPower(
  plant: PvPlant,
  sky: { sun: SunPosition; irradiance: Irradiance; air: Air; albedo?: number },
  since?: { before: CellState; hours: number },
) {
  const plane = planeOfArray(plant, sky);
  const cell = cellTemperature(plane.incidentW, sky.air, {
    nominalC: (plant.mount ?? 'roof') === 'roof' ? 49 : 45,
    ...since,
  });
  const warmth = 1 + TEMPERATURE_COEFFICIENT[plant.module ?? 'standard'] * (cell.cellC - 25);
  const dcW = (plane.absorbedW / 1000) * plant.peakW * warmth * (1 - (plant.losses ?? LOSSES));
  const acW = inverter(dcW, plant.inverterW, plant.inverterEfficiency ?? INVERTER_EFFICIENCY);
  return { acW, dcW, cell, planeW: plane.incidentW };
}

/** The part-load curve of an inverter, raised or lowered to its efficiency at full power. */
function inverter(dcW: number, inverterW: number, efficiency: number): number {
  const load = (dcW * efficiency) / inverterW;
  if (load <= 0) return 0;
  const converted = dcW * (efficiency / 0.9637) * (-0.0162 * load - 0.0059 / load + 0.9858);
  return Math.max(0, Math.min(inverterW, converted));
}
