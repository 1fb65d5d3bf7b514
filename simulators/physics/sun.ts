import { DAY, type Millis } from '#estate/units.ts';
import { asin, atan2, cos, sin, tan, turn } from './angle.ts';

/** A place on Earth, WGS 84 degrees. */
export interface Place {
  latitude: number;
  longitude: number;
}

/** Where the sun is seen. */
export interface SunPosition {
  /** From straight above, after refraction; more than 90 below the horizon. */
  zenithDeg: number;
  /** From north, clockwise. */
  azimuthDeg: number;
}

const J2000_DAYS = 2_451_545;
/** Terrestrial time less universal time in this century's first decades. */
const DELTA_T_MS = 68_000;

/**
 * The apparent position of the sun for an observer, with parallax and refraction at the given air. Within 0.01° of
 * NREL's SPA from 1950 to 2050.
 *
 * Source: J. Meeus, Astronomical Algorithms, ch. 12 (sidereal time), 16 (refraction), 25 (the sun, low accuracy).
 */
export function sunPosition(
  atMs: Millis,
  place: Place,
  air: { pressureHPa: number; temperatureC: number } = { pressureHPa: 1010, temperatureC: 10 },
): SunPosition {
  const days = julianDay(atMs) - J2000_DAYS;
  const { rightAscension, declination, nutation } = equatorial((julianDay(atMs + DELTA_T_MS) - J2000_DAYS) / 36_525);
  const sidereal = 280.46061837 + 360.98564736629 * days + nutation;
  const hourAngle = turn(sidereal + place.longitude - rightAscension);
  const elevation = asin(
    sin(place.latitude) * sin(declination) + cos(place.latitude) * cos(declination) * cos(hourAngle),
  );
  const azimuth = atan2(sin(hourAngle), cos(hourAngle) * sin(place.latitude) - tan(declination) * cos(place.latitude));
  const seen = elevation - 0.00244 * cos(elevation);
  const density = (air.pressureHPa / 1010) * (283 / (273 + air.temperatureC));
  return { zenithDeg: 90 - seen - refraction(seen) * density, azimuthDeg: turn(azimuth + 180) };
}

/** Irradiance on a plane that faces the sun outside the atmosphere, W/m² (Spencer 1971, solar constant 1361). */
export function extraterrestrial(atMs: Millis): number {
  const year = turn((360 * (julianDay(atMs) - J2000_DAYS)) / 365.25);
  return 1361 * (1.00011 + 0.034221 * cos(year) + 0.00128 * sin(year) + 0.000719 * cos(2 * year));
}

function julianDay(atMs: Millis): number {
  return atMs / DAY + 2_440_587.5;
}

function equatorial(centuries: number) {
  const meanLongitude = 280.46646 + 36_000.76983 * centuries + 0.0003032 * centuries ** 2;
  const anomaly = 357.52911 + 35_999.05029 * centuries - 0.0001537 * centuries ** 2;
  const centre =
    (1.914602 - 0.004817 * centuries) * sin(anomaly) +
    (0.019993 - 0.000101 * centuries) * sin(2 * anomaly) +
    0.000289 * sin(3 * anomaly);
  const node = 125.04 - 1934.136 * centuries;
  const longitude = meanLongitude + centre - 0.00569 - 0.00478 * sin(node);
  const obliquity = 23.4392911 - 0.0130042 * centuries + 0.00256 * cos(node);
  return {
    rightAscension: turn(atan2(cos(obliquity) * sin(longitude), cos(longitude))),
    declination: asin(sin(obliquity) * sin(longitude)),
    nutation: -0.00478 * sin(node) * cos(obliquity),
  };
}

/** Sæmundsson's formula for a true elevation; nothing is seen to be lifted once the disc is down. */
function refraction(elevationDeg: number): number {
  if (elevationDeg < -0.575) return 0;
  return 1.02 / tan(elevationDeg + 10.3 / (elevationDeg + 5.11)) / 60;
}
