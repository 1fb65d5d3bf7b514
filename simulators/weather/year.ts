import { DAY, HOUR, type Millis } from '#estate/units.ts';
import { join, type Sky, type Weather } from '../physics/sky.ts';
import { extraterrestrial, type Place, sunPosition } from '../physics/sun.ts';
import { drawnAir } from './drawn.ts';

/** A year of weather at one place, hour by hour. */
export interface WeatherYear {
  place: Place;
  /** What the clock of its hours is ahead of UTC, h. */
  zoneHours: number;
  /** How long after an hour begins its light, and its air, are as they are said: that of a mean is half an hour. */
  lightAfterMs: Millis;
  airAfterMs: Millis;
  /** From 1 January, 00:00, to 31 December, 23:00, without a 29th of February. */
  hours: readonly WeatherHour[];
}

export interface WeatherHour {
  /** On a plane that faces the sun, W/m². */
  beamW: number;
  /** On the level, W/m². */
  diffuseW: number;
  temperatureC: number;
  windMs: number;
  /** Relative, %. */
  humidity?: number | undefined;
  pressurePa?: number | undefined;
}

export const HOURS_OF_YEAR = 8760;
const LEAP_DAY = 59;

/**
 * The same year over all places: beam and diffuse light and air are those of the year at the same mean solar time, so
 * that noon is at noon wherever the year was measured; values between hours lie on the line between. What falls on the
 * level follows from the sun of the place itself. The 29th of February is as the 28th. What the year does not say of the
 * air is drawn.
 */
export function yearWeather(year: WeatherYear, seed: string): Weather {
  return (place) => {
    const airAt = drawnAir(place, seed);
    const aheadMs = ((place.longitude - year.place.longitude) / 15 + year.zoneHours) * HOUR;
    return (atMs): Sky => {
      const sun = sunPosition(atMs, place);
      const light = between(year.hours, atMs + aheadMs - year.lightAfterMs);
      const air = between(year.hours, atMs + aheadMs - year.airAfterMs);
      const drawn = airAt(atMs);
      return {
        sun,
        extraW: extraterrestrial(atMs),
        irradiance: join({ beamW: light('beamW'), diffuseW: light('diffuseW') }, sun),
        air: { temperatureC: air('temperatureC'), windMs: air('windMs') },
        humidity: air('humidity', drawn.humidity),
        pressurePa: air('pressurePa', drawn.pressurePa),
      };
    };
  };
}

/** Values on the line between two hours of the year; `otherwise` where the year has none. */
function between(hours: readonly WeatherHour[], clockMs: Millis) {
  const at = sinceNewYear(clockMs) / HOUR;
  const index = Math.floor(at);
  const [one, other] = [hours[index], hours[(index + 1) % hours.length]];
  return (key: keyof WeatherHour, otherwise = 0): number => {
    const [from = otherwise, to = otherwise] = [one?.[key], other?.[key]];
    return from + (to - from) * (at - index);
  };
}

/** Milliseconds since the year began, of a year without a 29th of February. */
function sinceNewYear(clockMs: Millis): Millis {
  const year = new Date(clockMs).getUTCFullYear();
  const passedMs = clockMs - Date.UTC(year, 0, 1);
  const isLeap = Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1) > 365 * DAY;
  return isLeap && passedMs >= LEAP_DAY * DAY ? passedMs - DAY : passedMs;
}
