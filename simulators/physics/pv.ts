import { acos, asin, cos, sin } from './angle.ts';
import type { SunPosition } from './sun.ts';

/** A photovoltaic plant of one orientation. */
export interface PvPlant {
  /** At standard test conditions, W. */
  peakW: number;
  /** What the inverter gives at most, W. */
  inverterW: number;
  /** 0 lies flat. */
  tiltDeg: number;
  /** From north, clockwise: 180 faces south. */
  azimuthDeg: number;
}

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

const LOSSES = 0.14;
const TEMPERATURE_COEFFICIENT = -0.0047;
const ALBEDO = 0.2;

/** Sky-clearness bins and brightness coefficients of R. Perez et al., Solar Energy 44 (1990), table 6. */
const CLEARNESS = [1.065, 1.23, 1.5, 1.95, 2.8, 4.5, 6.2];
const BRIGHTNESS = [
  [-0.008, 0.588, -0.062, -0.06, 0.072, -0.022],
  [0.13, 0.683, -0.151, -0.019, 0.066, -0.029],
  [0.33, 0.487, -0.221, 0.055, -0.064, -0.026],
  [0.568, 0.187, -0.295, 0.109, -0.152, -0.014],
  [0.873, -0.392, -0.362, 0.226, -0.462, 0.001],
  [1.132, -1.237, -0.412, 0.288, -0.823, 0.056],
  [1.06, -1.6, -0.359, 0.264, -1.127, 0.131],
  [0.678, -0.327, -0.25, 0.156, -1.377, 0.251],
] as const;

/**
 * AC power of a plant, W, never negative, clipped at its inverter; and the cell temperature, °C.
 *
 * Source: A. Dobos, PVWatts Version 5 Manual, NREL/TP-6A20-62641 (2014).
 */
export function pvPower(plant: PvPlant, sky: { sun: SunPosition; irradiance: Irradiance; extraW: number; air: Air }) {
  const planeW = planeOfArray(plant, sky);
  const cellC = cellTemperature(planeW.incidentW, sky.air);
  const dcW = (planeW.absorbedW / 1000) * plant.peakW * (1 + TEMPERATURE_COEFFICIENT * (cellC - 25)) * (1 - LOSSES);
  return { acW: inverter(dcW, plant.inverterW), dcW, cellC, planeW: planeW.incidentW };
}

/** Irradiance in the plane of the modules, W/m²: what falls on the glass, and what passes it. */
export function planeOfArray(
  plant: PvPlant,
  sky: { sun: SunPosition; irradiance: Irradiance; extraW: number },
): { incidentW: number; absorbedW: number } {
  const { irradiance, sun } = sky;
  if (irradiance.globalW <= 0) return { incidentW: 0, absorbedW: 0 };
  const cosIncidence =
    cos(sun.zenithDeg) * cos(plant.tiltDeg) +
    sin(sun.zenithDeg) * sin(plant.tiltDeg) * cos(sun.azimuthDeg - plant.azimuthDeg);
  const beamW = irradiance.beamW * Math.max(0, cosIncidence);
  const diffuseW = irradiance.diffuseW * skyView(plant.tiltDeg, cosIncidence, sky);
  const groundW = irradiance.globalW * ALBEDO * ((1 - cos(plant.tiltDeg)) / 2);
  const incidentW = beamW + diffuseW + groundW;
  return { incidentW, absorbedW: incidentW - beamW * (1 - glass(acos(cosIncidence))) };
}

/** The share of the diffuse light that a tilted plane sees, with the bright ring of the sun and of the horizon. */
function skyView(
  tiltDeg: number,
  cosIncidence: number,
  sky: { sun: SunPosition; irradiance: Irradiance; extraW: number },
): number {
  const { beamW, diffuseW } = sky.irradiance;
  const zenith = Math.min(90, sky.sun.zenithDeg);
  if (diffuseW <= 0) return 0;
  const bent = 1.041 * ((zenith * Math.PI) / 180) ** 3;
  const clearness = ((diffuseW + beamW) / diffuseW + bent) / (1 + bent);
  const bin = CLEARNESS.filter((edge) => clearness >= edge).length;
  const airMass = 1 / (cos(zenith) + 0.50572 * (96.07995 - zenith) ** -1.6364);
  const brightness = (diffuseW * airMass) / sky.extraW;
  const [a1, a2, a3, b1, b2, b3] = BRIGHTNESS[bin] ?? BRIGHTNESS[0];
  const radians = (zenith * Math.PI) / 180;
  const circumsolar = Math.max(0, a1 + a2 * brightness + a3 * radians);
  const horizon = b1 + b2 * brightness + b3 * radians;
  const sunward = Math.max(0, cosIncidence) / Math.max(cos(85), cos(zenith));
  return Math.max(0, (1 - circumsolar) * ((1 + cos(tiltDeg)) / 2) + circumsolar * sunward + horizon * sin(tiltDeg));
}

/** What glass passes at an angle, of what it passes head-on (Snell and Fresnel, index 1.526, absorption neglected). */
function glass(incidenceDeg: number): number {
  if (incidenceDeg < 1) return 1;
  if (incidenceDeg >= 90) return 0;
  const inside = asin(sin(incidenceDeg) / 1.526);
  const across = (sin(inside - incidenceDeg) / sin(inside + incidenceDeg)) ** 2;
  const along =
    (sin(inside - incidenceDeg) /
      cos(inside - incidenceDeg) /
      (sin(inside + incidenceDeg) / cos(inside + incidenceDeg))) **
    2;
  const headOn = 1 - ((1.526 - 1) / (1.526 + 1)) ** 2;
  return (1 - (across + along) / 2) / headOn;
}

/** Temperature of the cells, °C (King et al., SAND2004-3535, glass modules on an open rack). */
function cellTemperature(incidentW: number, air: Air): number {
  return air.temperatureC + incidentW * Math.exp(-3.47 - 0.0594 * air.windMs) + (3 * incidentW) / 1000;
}

function inverter(dcW: number, inverterW: number): number {
  const ratedDcW = inverterW / 0.96;
  const load = dcW / ratedDcW;
  if (load <= 0) return 0;
  const efficiency = (0.96 / 0.9637) * (-0.0162 * load - 0.0059 / load + 0.9858);
  return Math.max(0, Math.min(inverterW, dcW * efficiency));
}
