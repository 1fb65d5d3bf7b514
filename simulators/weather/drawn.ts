import { DAY, HOUR, type Millis, MINUTE } from '#estate/units.ts';
import { cos } from '../physics/angle.ts';
import { noise, stream, type Stream } from '../physics/noise.ts';
import { clearSky, type Sky, split, type Weather } from '../physics/sky.ts';
import { extraterrestrial, type Place, sunPosition } from '../physics/sun.ts';
import { regionalNoise } from './regional-noise.ts';

const MEAN_PRESSURE_PA = 101_325;

/** What is in the air, beside the light. */
type OpenAir = Pick<Sky, 'air' | 'humidity' | 'pressurePa'>;

/** Clouds and air that are drawn: by region, with a small deviation and single clouds of each place's own. */
export function drawnWeather(seed: string): Weather {
  return (place, own) => skyOver(place, seed, drawnClouds(place, seed, own));
}

/** A sky without clouds; the air is drawn by region. */
export function clearWeather(seed: string): Weather {
  return (place) => skyOver(place, seed, () => 1);
}

/** @param passes what clouds leave of a clear sky, 0 to 1 */
function skyOver(place: Place, seed: string, passes: (atMs: Millis) => number) {
  const airAt = drawnAir(place, seed);
  return (atMs: Millis): Sky => {
    const sun = sunPosition(atMs, place);
    const extraW = extraterrestrial(atMs);
    return { sun, extraW, irradiance: split(clearSky(sun) * passes(atMs), sun, extraW), ...airAt(atMs) };
  };
}

/** What clouds leave of a clear sky: a weather of hours, and single clouds of minutes when it is mixed. */
function drawnClouds(place: Place, seed: string, own: Stream): (atMs: Millis) => number {
  const region = regionalNoise(streamOf('clouds', seed), 9 * HOUR, place);
  const [deviation, single] = [stream('weather', own), stream('cloud', own)];
  return (atMs) => {
    const weather = region(atMs) + 0.1 * (noise(deviation, HOUR, atMs) - 0.5);
    const cloud = noise(single, 7 * MINUTE, atMs);
    const cover = Math.max(0, Math.min(1, (weather - 0.55) / 0.45));
    return 1 - 0.65 * cover - 0.35 * cover * (1 - cover) * 4 * cloud * 0.6;
  };
}

/** Temperature, wind, humidity and pressure: the year, the day (warmest at about 15 h solar time), and the region's. */
export function drawnAir(place: Place, seed: string): (atMs: Millis) => OpenAir {
  const drawn = (name: string, periodMs: Millis) => regionalNoise(streamOf(name, seed), periodMs, place);
  const warmth = drawn('air', 30 * HOUR);
  const wind = drawn('wind', HOUR);
  const humidity = drawn('humidity', 8 * HOUR);
  const pressure = drawn('pressure', 36 * HOUR);
  const mean = 15.5 - 0.6 * (place.latitude - 41.9);
  return (atMs) => {
    const year = -9 * cos((360 * (atMs / DAY - 20)) / 365.25);
    const solarHour = ((atMs / HOUR) % 24) + place.longitude / 15;
    const day = -4.5 * cos(15 * (solarHour - 3));
    return {
      air: { temperatureC: mean + year + day + 5 * (warmth(atMs) - 0.5), windMs: 1 + 3 * wind(atMs) },
      humidity: 45 + 40 * humidity(atMs),
      pressurePa: MEAN_PRESSURE_PA + 3000 * (pressure(atMs) - 0.5),
    };
  };
}

function streamOf(name: string, seed: string): Stream {
  return stream(`${seed}/weather/${name}/`);
}
