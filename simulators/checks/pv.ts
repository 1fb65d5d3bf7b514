import { HOUR, type Millis, MINUTE } from '#estate/units.ts';
import { cos } from '../physics/angle.ts';
import type { CellState } from '../physics/cell-temperature.ts';
import { pvPower } from '../physics/pv.ts';
import { type Place, sunPosition } from '../physics/sun.ts';
import type { PvWattsFile, PvWattsHour } from './pvwatts-file.ts';

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

/** A year without the 29th of February; in which century matters to the sun by less than a tenth of a degree. */
const YEAR = 2001;
/** Air that bends no light: day begins and ends with the centre of the disc, as PVWatts counts it. */
const NO_AIR = { pressureHPa: 0, temperatureC: 10 };

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

/**
 * The time zone in which most hours have light if, and only if, the sun is up in their middle. One of whole hours is
 * likelier than one of half hours, and of several the one nearest to the longitude's own is taken.
 */
function zoneOf(place: Place, hours: PvWattsHour[]): number {
  const own = place.longitude / 15;
  const doubt = (zone: number) => {
    const wrong = hours.filter((hour) => isLit(hour) !== isUp(place, startOf(hour, zone) + 30 * MINUTE)).length;
    return wrong * (Number.isInteger(zone) ? 1 : 1.2);
  };
  const [best] = Array.from({ length: 13 }, (_, n) => Math.round(own) + (n - 6) / 2)
    .map((zone) => ({ zone, doubt: doubt(zone), away: Math.abs(zone - own) }))
    .toSorted((one, other) => one.doubt - other.doubt || one.away - other.away);
  return best?.zone ?? Math.round(own);
}

function isLit({ beamW, diffuseW }: PvWattsHour): boolean {
  return beamW + diffuseW > 0;
}

function startOf({ month, day, hour }: PvWattsHour, zoneHours: number): Millis {
  return Date.UTC(YEAR, month - 1, day, hour) - zoneHours * HOUR;
}

function isUp(place: Place, atMs: Millis): boolean {
  return sunPosition(atMs, place, NO_AIR).zenithDeg < 90;
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
