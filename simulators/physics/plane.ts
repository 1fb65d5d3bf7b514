import { acos, asin, atan2, cos, sin, turn } from './angle.ts';
import type { Irradiance, PvPlant } from './pv.ts';
import type { SunPosition } from './sun.ts';

/** How far a tracker turns to either side, °, and the rows' width as a share of their distance. */
const ROTATION_LIMIT = 45;
const GROUND_COVERAGE = 0.4;

const ALBEDO = 0.2;
/** Solar constant as the sky model takes it, W/m². */
const SOLAR_CONSTANT = 1367;

/** Sky-clearness bins and brightness coefficients of R. Perez et al., Solar Energy 44 (1990). */
const CLEARNESS = [1.065, 1.23, 1.5, 1.95, 2.8, 4.5, 6.2];
const BRIGHTNESS = [
  [-0.0083117, 0.5877285, -0.0620636, -0.0596012, 0.0721249, -0.0220216],
  [0.1299457, 0.6825954, -0.1513752, -0.0189325, 0.065965, -0.0288748],
  [0.3296958, 0.4868735, -0.2210958, 0.055414, -0.0639588, -0.0260542],
  [0.5682053, 0.1874525, -0.295129, 0.1088631, -0.1519229, -0.0139754],
  [0.873028, -0.3920403, -0.3616149, 0.2255647, -0.4620442, 0.0012448],
  [1.1326077, -1.2367284, -0.4118494, 0.2877813, -0.8230357, 0.0558651],
  [1.0601591, -1.5999137, -0.3589221, 0.2642124, -1.127234, 0.1310694],
  [0.677747, -0.3272588, -0.2504286, 0.1561313, -1.3765031, 0.2506212],
] as const;

/** A plane as it stands at one moment. */
interface Plane {
  tiltDeg: number;
  azimuthDeg: number;
  /** The share of it that other rows shade. */
  shaded: number;
  /** The height of the row in front, as seen from the foot of the plane, °. */
  maskDeg: number;
}

/**
 * Irradiance in the plane of the modules, W/m²: what falls on the glass, and what passes it.
 *
 * Source: A. Dobos, PVWatts Version 5 Manual, NREL/TP-6A20-62641 (2014).
 */
export function planeOfArray(
  plant: PvPlant,
  sky: { sun: SunPosition; irradiance: Irradiance; albedo?: number },
): { incidentW: number; absorbedW: number } {
  const { irradiance, sun } = sky;
  if (irradiance.globalW <= 0) return { incidentW: 0, absorbedW: 0 };
  const plane = planeAt(plant, sun);
  const cosIncidence =
    cos(sun.zenithDeg) * cos(plane.tiltDeg) +
    sin(sun.zenithDeg) * sin(plane.tiltDeg) * cos(sun.azimuthDeg - plane.azimuthDeg);
  const beamW = irradiance.beamW * Math.max(0, cosIncidence) * (1 - plane.shaded);
  const low = sun.zenithDeg > 87.5;
  const masked = irradiance.diffuseW * sin(plane.maskDeg / 2) ** 2;
  const diffuseW = low
    ? irradiance.diffuseW * ((1 + cos(plane.tiltDeg)) / 2)
    : Math.max(0, skyDiffuse(plane.tiltDeg, cosIncidence, sky) - masked);
  const groundW = low ? 0 : irradiance.globalW * (sky.albedo ?? ALBEDO) * ((1 - cos(plane.tiltDeg)) / 2);
  const incidentW = beamW + diffuseW + groundW;
  const coated = plant.module === 'premium';
  return { incidentW, absorbedW: incidentW - beamW * (1 - cover(acos(cosIncidence), coated)) };
}

/** Where the modules face: as they are fixed, or as their tracker turns them. */
function planeAt(plant: PvPlant, sun: SunPosition): Plane {
  const fixed = { tiltDeg: plant.tiltDeg, azimuthDeg: plant.azimuthDeg, shaded: 0, maskDeg: 0 };
  if (plant.mount === 'two-axis') return { ...fixed, tiltDeg: sun.zenithDeg, azimuthDeg: sun.azimuthDeg };
  if (plant.mount === 'one-axis' || plant.mount === 'one-axis-backtracking') return turned(plant, sun);
  return fixed;
}

/** A plane on an axis that turns with the sun: true tracking, or back again as far as rows would shade each other. */
function turned(plant: PvPlant, sun: SunPosition): Plane {
  const coverage = plant.groundCoverage ?? GROUND_COVERAGE;
  const across = sin(sun.zenithDeg) * sin(sun.azimuthDeg - plant.azimuthDeg);
  const up =
    sin(sun.zenithDeg) * cos(sun.azimuthDeg - plant.azimuthDeg) * sin(plant.tiltDeg) +
    cos(sun.zenithDeg) * cos(plant.tiltDeg);
  const towards = atan2(across, up);
  const limit = (rotation: number) => Math.max(-ROTATION_LIMIT, Math.min(ROTATION_LIMIT, rotation));
  const back = plant.mount === 'one-axis' ? 0 : acos(Math.abs(cos(towards)) / coverage);
  const rotation = limit(towards - Math.sign(towards) * back);
  const tiltDeg = acos(cos(plant.tiltDeg) * cos(rotation));
  const azimuthDeg = turn(plant.azimuthDeg + atan2(sin(rotation), sin(plant.tiltDeg) * cos(rotation)));
  if (plant.mount !== 'one-axis') return { tiltDeg, azimuthDeg, shaded: 0, maskDeg: 0 };
  const lit = cos(towards) / (coverage * Math.max(1e-6, cos(towards - rotation)));
  const maskDeg = atan2(sin(tiltDeg), 1 / coverage - cos(tiltDeg));
  return { tiltDeg, azimuthDeg, shaded: 1 - Math.max(0, Math.min(1, lit)), maskDeg };
}

/** The diffuse light on a tilted plane, with the bright ring of the sun and of the horizon. */
function skyDiffuse(
  tiltDeg: number,
  cosIncidence: number,
  { sun: { zenithDeg }, irradiance: { beamW, diffuseW } }: { sun: SunPosition; irradiance: Irradiance },
): number {
  if (diffuseW <= 0) return 0;
  const bent = 5.534e-6 * zenithDeg ** 3;
  const clearness = ((diffuseW + beamW) / diffuseW + bent) / (1 + bent);
  const bin = CLEARNESS.filter((edge) => clearness > edge).length;
  const airMass = 1 / (cos(zenithDeg) + 0.15 * (93.9 - zenithDeg) ** -1.253);
  const brightness = (diffuseW * airMass) / SOLAR_CONSTANT;
  const [a1, a2, a3, b1, b2, b3] = BRIGHTNESS[bin] ?? BRIGHTNESS[0];
  const zenith = (zenithDeg * Math.PI) / 180;
  const circumsolar = Math.max(0, a1 + a2 * brightness + a3 * zenith);
  const horizon = b1 + b2 * brightness + b3 * zenith;
  const sunward = Math.max(0, cosIncidence) / Math.max(cos(85), cos(zenithDeg));
  const isotropic = (1 - circumsolar) * ((1 + cos(tiltDeg)) / 2);
  return Math.max(0, diffuseW * (isotropic + circumsolar * sunward + horizon * sin(tiltDeg)));
}

/** What a module's cover passes at an angle, of what it passes head-on: glass, or glass with a coating before it. */
function cover(incidenceDeg: number, coated: boolean): number {
  return passed(incidenceDeg, coated) / passed(1, coated);
}

function passed(incidenceDeg: number, coated: boolean): number {
  const angle = Math.max(1, Math.min(89, incidenceDeg));
  if (!coated) return refracted(angle, 1.526).passed;
  const coating = refracted(angle, 1.3);
  return coating.passed * refracted(coating.insideDeg, 1.526 / 1.3).passed;
}

/** Snell and Fresnel at the surface of a denser body; absorption is neglected. */
function refracted(incidenceDeg: number, index: number): { passed: number; insideDeg: number } {
  const insideDeg = asin(sin(incidenceDeg) / index);
  const [apart, together] = [insideDeg - incidenceDeg, insideDeg + incidenceDeg];
  const across = (sin(apart) / sin(together)) ** 2;
  const along = ((sin(apart) * cos(together)) / (cos(apart) * sin(together))) ** 2;
  return { passed: 1 - (across + along) / 2, insideDeg };
}
