import { HOUR, type Millis } from '#estate/units.ts';
import { cos } from '../physics/angle.ts';
import type { CellState } from '../physics/cell-temperature.ts';
import { pvPower } from '../physics/pv.ts';
import { type Place, sunPosition } from '../physics/sun.ts';
import type { PvWattsFile } from './pvwatts-file.ts';
import { isUp, startOf, zoneOf } from './standard-time.ts';

/** How far the simulated plant is from PVWatts. */
export interface PvDeviation {
  /** What local standard time is ahead of UTC, h. The file does not say it: it is what fits its daylight best. */
  zoneHours: number;
  /** Hours with light in the plane of the array, in the file or here. */
  daylightHours: number;
  /** Root mean square error of the irradiance in the plane of the array in these hours, W/m². */
  planeRmseW: number;
  /** The same, as a share of the file's mean and of its greatest in these hours. */
  planeOfMean: number;
  planeOfMost: number;
  /** AC energy of all hours, Wh: here and in the file, and the difference as a share of the file's. */
  acWh: number;
  fileAcWh: number;
  acShare: number;
}

/** Runs the plant of a PVWatts file in the file's weather, hour by hour, and compares. */
export function comparePv({ plant, place, hours }: PvWattsFile): PvDeviation {
  const zoneHours = zoneOf(place, hours);
  let before: CellState = { cellC: hours[0]?.temperatureC ?? 20, absorbedW: 0 };
  const compared = hours.map((hour) => {
    const sunAt = middleOfDaylight(place, startOf(hour, zoneHours));
    if (sunAt === null) {
      before = { cellC: hour.temperatureC, absorbedW: 0 };
      return { planeW: 0, acW: 0, hour };
    }
    const sun = sunPosition(sunAt, place);
    const { beamW, diffuseW, temperatureC, windMs, albedo } = hour;
    const irradiance = { beamW, diffuseW, globalW: beamW * Math.max(0, cos(sun.zenithDeg)) + diffuseW };
    const sky = { sun, irradiance, air: { temperatureC, windMs }, ...(albedo !== undefined && { albedo }) };
    const { planeW, acW, cell } = pvPower(plant, sky, { before, hours: 1 });
    before = cell;
    return { planeW, acW, hour };
  });
  const light = compared.filter(({ planeW, hour }) => planeW > 0 || hour.planeW > 0);
  const planeRmseW = Math.sqrt(mean(light.map(({ planeW, hour }) => (planeW - hour.planeW) ** 2)));
  const [acWh, fileAcWh] = [sum(compared.map(({ acW }) => acW)), sum(hours.map(({ acW }) => acW))];
  return {
    zoneHours,
    daylightHours: light.length,
    planeRmseW,
    planeOfMean: planeRmseW / mean(light.map(({ hour }) => hour.planeW)),
    planeOfMost: planeRmseW / Math.max(...light.map(({ hour }) => hour.planeW)),
    acWh,
    fileAcWh,
    acShare: acWh / fileAcWh - 1,
  };
}

/** The middle of an hour, or of what of it lies between sunrise and sunset; null when nothing does. */
function middleOfDaylight(place: Place, startMs: Millis): Millis | null {
  const first = isUp(place, startMs);
  const last = isUp(place, startMs + HOUR);
  if (first && last) return startMs + HOUR / 2;
  if (!first && !last) return null;
  let [from, to] = [startMs, startMs + HOUR];
  while (to - from > 1000) {
    const middle = (from + to) / 2;
    if (isUp(place, middle) === first) from = middle;
    else to = middle;
  }
  return first ? (startMs + from) / 2 : (to + startMs + HOUR) / 2;
}

const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
const mean = (numbers: number[]) => (numbers.length === 0 ? 0 : sum(numbers) / numbers.length);
