import { HOUR, type Millis, MINUTE } from '#estate/units.ts';
import { type Place, sunPosition } from '../physics/sun.ts';
import type { PvWattsHour } from './pvwatts-file.ts';

/** A year without the 29th of February; in which century matters to the sun by less than a tenth of a degree. */
const YEAR = 2001;
/** Air that bends no light: day begins and ends with the centre of the disc, as PVWatts counts it. */
const NO_AIR = { pressureHPa: 0, temperatureC: 10 };

/**
 * The time zone in which most hours have light if, and only if, the sun is up in their middle. One of whole hours is
 * likelier than one of half hours, and of several the one nearest to the longitude's own is taken.
 */
export function zoneOf(place: Place, hours: readonly PvWattsHour[]): number {
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

export function startOf({ month, day, hour }: PvWattsHour, zoneHours: number): Millis {
  return Date.UTC(YEAR, month - 1, day, hour) - zoneHours * HOUR;
}

export function isUp(place: Place, atMs: Millis): boolean {
  return sunPosition(atMs, place, NO_AIR).zenithDeg < 90;
}
