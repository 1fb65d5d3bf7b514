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
 * The apparent position of the sun for an observer, with parallax and refraction at the given air. Within 0.005° of
 * NREL's SPA from 1900 to 2200.
 *
 * Source: J. Meeus, Astronomical Algorithms, ch. 12 (sidereal time), 16 (refraction), 25 (the sun, low accuracy), and
 * Astronomical Formulae for Calculators, ch. 18 (what the Moon and the planets add).
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
  const longitude = meanLongitude + centre + pulls(centuries) - 0.00569 - 0.00478 * sin(node);
  const obliquity = 23.4392911 - 0.0130042 * centuries + 0.00256 * cos(node);
  return {
    rightAscension: turn(atan2(cos(obliquity) * sin(longitude), cos(longitude))),
    declination: asin(sin(obliquity) * sin(longitude)),
    nutation: -0.00478 * sin(node) * cos(obliquity),
  };
}

/** What Venus, Jupiter, the Moon and the long inequality add to the sun's longitude, °; time is counted from 1900. */
function pulls(centuries: number): number {
  const since1900 = centuries + 1;
  return (
    0.00134 * cos(153.23 + 22_518.7541 * since1900) +
    0.00154 * cos(216.57 + 45_037.5082 * since1900) +
    0.002 * cos(312.69 + 32_964.3577 * since1900) +
    0.00179 * sin(350.74 + 445_267.1142 * since1900) +
    0.00178 * sin(231.19 + 20.2 * since1900)
  );
}

/** Sæmundsson's formula for a true elevation; the air lifts nothing once the whole disc is down. */
function refraction(elevationDeg: number): number {
  if (elevationDeg < -0.8333) return 0;
  return 1.02 / tan(elevationDeg + 10.3 / (elevationDeg + 5.11)) / 60;
}
