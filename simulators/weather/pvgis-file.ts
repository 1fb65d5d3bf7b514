import { HOUR } from '#estate/units.ts';
import { z } from 'zod';
import { type CsvRow, csvRows, wrongLine } from '../checks/csv.ts';
import { type Column, findColumns, numeral, readRow } from '../checks/csv-table.ts';
import { inOrder } from './in-order.ts';
import { HOURS_OF_YEAR, type WeatherHour, type WeatherYear } from './year.ts';

const pvgisHour = z.object({
  beamW: numeral(0, 2000),
  diffuseW: numeral(0, 2000),
  temperatureC: numeral(-90, 60),
  windMs: numeral(0, 120),
  humidity: numeral(0, 100),
  pressurePa: numeral(3e4, 1.2e5),
});

const COLUMNS: readonly Column<keyof WeatherHour>[] = [
  { key: 'beamW', title: 'Gb(n)' },
  { key: 'diffuseW', title: 'Gd(h)' },
  { key: 'temperatureC', title: 'T2m' },
  { key: 'windMs', title: 'WS10m' },
  { key: 'humidity', title: 'RH' },
  { key: 'pressurePa', title: 'SP' },
];

/** How the line of titles begins. */
export const PVGIS_TITLES = 'time(UTC)';
const STAMP = /^\d{4}(\d\d)(\d\d):(\d\d)00$/;

/**
 * Reads a typical year of PVGIS. Its hours are of UTC. Air is as it was when the hour began; light as it was some minutes
 * later, when the satellite passed, which the file says in its irradiance time offset.
 *
 * @throws PolisError `invalid`, with line, column and what was expected there.
 */
export function parsePvgis(text: string): WeatherYear {
  const rows = csvRows(text);
  const top = rows.findIndex(({ cells }) => cells[0] === PVGIS_TITLES);
  const titles = rows[top];
  if (!titles) throw wrongLine(1, `a line of titles is expected that begins with "${PVGIS_TITLES}".`);
  const header = rows.slice(0, top);
  const columns = findColumns(titles, COLUMNS);
  // Behind the hours the file explains its columns.
  const table = rows.slice(top + 1, top + 1 + HOURS_OF_YEAR);
  inOrder(table, titles, (row) =>
    STAMP.exec(row.cells[0] ?? '')
      ?.slice(1)
      .map(Number),
  );
  return {
    place: {
      latitude: numberIn(header, 'Latitude', [-90, 90]) ?? missing('Latitude'),
      longitude: numberIn(header, 'Longitude', [-180, 180]) ?? missing('Longitude'),
    },
    zoneHours: 0,
    lightAfterMs: (numberIn(header, 'Irradiance Time Offset', [-1, 1]) ?? 0) * HOUR,
    airAfterMs: 0,
    hours: table.map((row) => readRow(row, columns, pvgisHour)),
  };
}

/** A line before the table: `Latitude (decimal degrees): 45.000`. */
function numberIn(header: readonly CsvRow[], name: string, [least, most]: [number, number]): number | null {
  const row = header.find(({ cells }) => cells[0]?.startsWith(name));
  if (!row) return null;
  const value = /:\s*(\S+)$/.exec(row.cells[0] ?? '')?.[1] ?? '';
  const number = value === '' ? NaN : Number(value);
  if (number >= least && number <= most) return number;
  throw wrongLine(row.line, `${name} is "${value}"; a number from ${least} to ${most} is expected.`);
}

function missing(name: string): never {
  throw wrongLine(1, `a line "${name} (decimal degrees): …" is expected before the table.`);
}
