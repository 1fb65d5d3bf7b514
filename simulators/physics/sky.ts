import { DAY, HOUR, MINUTE, type Millis } from '#estate/units.ts';
import { cos } from './angle.ts';
import { noise, stream, type Stream } from './noise.ts';
import type { Air, Irradiance } from './pv.ts';
import { extraterrestrial, type Place, sunPosition, type SunPosition } from './sun.ts';

/** All that the sky says at an instant and place. */
export interface Sky {
  sun: SunPosition;
  irradiance: Irradiance;
  /** Outside the atmosphere, on a plane that faces the sun, W/m². */
  extraW: number;
  air: Air;
  /** Outdoor relative humidity, %. */
  humidity: number;
}

/** The sky over a place: sun, clouds and air. A pure function of instant, place and seed, or the stream of `${seed}/`. */
export function skyAt(atMs: Millis, place: Place, seed: string | Stream): Sky {
  const chance = typeof seed === 'string' ? stream(`${seed}/`) : seed;
  const sun = sunPosition(atMs, place);
  const extraW = extraterrestrial(atMs);
  const globalW = clearSky(sun) * cloudiness(atMs, chance);
  const air = {
    temperatureC: outdoorTemperature(atMs, place, chance),
    windMs: 1 + 3 * noise(stream('wind', chance), HOUR, atMs),
  };
  return {
    sun,
    extraW,
    irradiance: split(globalW, sun, extraW),
    air,
    humidity: 45 + 40 * noise(stream('humidity', chance), 8 * HOUR, atMs),
  };
}

/** Global irradiance under a cloudless sky, W/m² (B. Haurwitz, J. Meteorology 2, 1945). */
export function clearSky(sun: SunPosition): number {
  const height = cos(sun.zenithDeg);
  return height <= 0 ? 0 : 1098 * height * Math.exp(-0.059 / height);
}

/** Global irradiance split into beam and diffuse by its clearness (D. Erbs et al., Solar Energy 28, 1982). */
export function split(globalW: number, sun: SunPosition, extraW: number): Irradiance {
  const height = cos(sun.zenithDeg);
  if (globalW <= 0 || height <= 0) return { globalW: 0, beamW: 0, diffuseW: 0 };
  const kt = Math.min(1, globalW / (extraW * Math.max(height, 0.065)));
  const share =
    kt <= 0.22
      ? 1 - 0.09 * kt
      : kt <= 0.8
        ? 0.9511 - 0.1604 * kt + 4.388 * kt ** 2 - 16.638 * kt ** 3 + 12.336 * kt ** 4
        : 0.165;
  const diffuseW = globalW * share;
  return { globalW, diffuseW, beamW: Math.min(extraW, (globalW - diffuseW) / Math.max(height, 0.065)) };
}

/** What clouds leave of a clear sky: a weather of hours, and single clouds of minutes when it is mixed. */
function cloudiness(atMs: Millis, chance: Stream): number {
  const weather = noise(stream('weather', chance), 9 * HOUR, atMs);
  const cloud = noise(stream('cloud', chance), 7 * MINUTE, atMs);
  const cover = Math.max(0, weather - 0.55) / 0.45;
  return 1 - 0.65 * cover - 0.35 * cover * (1 - cover) * 4 * cloud * 0.6;
}

/** Air temperature, °C: the year, the day (warmest at about 15 h solar time), and weather. */
function outdoorTemperature(atMs: Millis, place: Place, chance: Stream): number {
  const mean = 15.5 - 0.6 * (place.latitude - 41.9);
  const year = -9 * cos((360 * (atMs / DAY - 20)) / 365.25);
  const solarHour = ((atMs / HOUR) % 24) + place.longitude / 15;
  return mean + year - 4.5 * cos(15 * (solarHour - 3)) + 5 * (noise(stream('air', chance), 30 * HOUR, atMs) - 0.5);
}
