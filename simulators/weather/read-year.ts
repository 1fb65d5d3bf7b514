import { readFileSync } from 'node:fs';
import { messageOf, PolisError } from '#estate/errors.ts';
import { MINUTE } from '#estate/units.ts';
import { wrongLine } from '../checks/csv.ts';
import { parsePvWatts } from '../checks/pvwatts-file.ts';
import { zoneOf } from '../checks/standard-time.ts';
import { inOrder } from './in-order.ts';
import { parsePvgis, PVGIS_TITLES } from './pvgis-file.ts';
import type { WeatherYear } from './year.ts';

/**
 * Reads a weather year: a typical year of PVGIS, or the weather of an hourly PVWatts export.
 *
 * @throws PolisError `invalid`, with file, line, column and what was expected there.
 */
export function readWeatherYear(file: string): WeatherYear {
  try {
    return parseWeatherYear(readFileSync(file, 'utf8'));
  } catch (error) {
    const wrong =
      error instanceof PolisError ? `${file}: ${error.message}` : `${file} cannot be read: ${messageOf(error)}`;
    throw new PolisError('invalid', wrong, { cause: error });
  }
}

export function parseWeatherYear(text: string): WeatherYear {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.some((line) => line.startsWith(PVGIS_TITLES))) return parsePvgis(text);
  if (lines.some((line) => /^"?month"?,/i.test(line))) return yearOfPvWatts(text);
  throw wrongLine(
    1,
    `a typical year of PVGIS ("${PVGIS_TITLES},T2m,…") or an hourly PVWatts file ("Month,Day,Hour,…") is expected.`,
  );
}

/** Its hours are means in local standard time, of which the zone is found by the file's own daylight. */
function yearOfPvWatts(text: string): WeatherYear {
  const { place, hours, rows, titles } = parsePvWatts(text);
  inOrder(rows, titles, (_, n) => {
    const hour = hours[n];
    return hour && [hour.month, hour.day, hour.hour];
  });
  return { place, zoneHours: zoneOf(place, hours), lightAfterMs: 30 * MINUTE, airAfterMs: 30 * MINUTE, hours };
}
