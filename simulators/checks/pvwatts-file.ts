import { PolisError } from '#estate/errors.ts';
import { z } from 'zod';
import type { Module, Mount, PvPlant } from '../physics/pv.ts';
import type { Place } from '../physics/sun.ts';
import { type CsvRow, csvRows, wrongLine } from './csv.ts';
import { begins, type Column, findColumns, numeral, readRow, wholeNumeral } from './csv-table.ts';

/** An hourly export of PVWatts: a plant, its place, its weather, and what PVWatts makes of them. */
export interface PvWattsFile {
  plant: PvPlant;
  place: Place;
  hours: PvWattsHour[];
  /** The row of titles, and those from which the hours were read. */
  titles: CsvRow;
  rows: CsvRow[];
}

const irradiance = numeral(0, 2000);

/** One hour, which begins at `hour` in local standard time; irradiance in W/m², AC output in W. */
const pvWattsHour = z.object({
  month: wholeNumeral(1, 12),
  day: wholeNumeral(1, 31),
  hour: wholeNumeral(0, 23),
  beamW: irradiance,
  diffuseW: irradiance,
  temperatureC: numeral(),
  windMs: numeral(),
  planeW: irradiance,
  acW: numeral(),
  /** Only newer exports have it. */
  albedo: numeral(0, 1).optional(),
});

export type PvWattsHour = z.infer<typeof pvWattsHour>;

/** How PVWatts begins the titles of the columns. */
const COLUMNS: readonly Column<keyof PvWattsHour>[] = [
  { key: 'month', title: 'Month' },
  { key: 'day', title: 'Day' },
  { key: 'hour', title: 'Hour' },
  { key: 'beamW', title: 'Beam Irradiance' },
  { key: 'diffuseW', title: 'Diffuse Irradiance' },
  { key: 'temperatureC', title: 'Ambient Temperature' },
  { key: 'windMs', title: 'Wind Speed' },
  { key: 'planeW', title: 'Plane of Array Irradiance' },
  { key: 'acW', title: 'AC System Output' },
  { key: 'albedo', title: 'Albedo', optional: true },
];

type Header = Map<string, { line: number; value: string }>;

/** Array and module types, by how PVWatts begins their names. */
const MOUNTS: [RegExp, Mount][] = [
  [/open rack/i, 'open-rack'],
  [/roof/i, 'roof'],
  [/backtrack/i, 'one-axis-backtracking'],
  [/1[- ]axis/i, 'one-axis'],
  [/2[- ]axis/i, 'two-axis'],
];
const MODULES: [RegExp, Module][] = [
  [/standard/i, 'standard'],
  [/premium/i, 'premium'],
  [/thin/i, 'thin-film'],
];

/**
 * Reads an hourly file of PVWatts, whose lines before the table say what the plant is.
 * @throws PolisError `invalid`, with the line, the column of its table, and what was expected there.
 */
export function parsePvWatts(text: string): PvWattsFile {
  const rows = csvRows(text);
  const top = rows.findIndex(({ cells }) => /^month$/i.test(cells[0] ?? ''));
  const titles = rows[top];
  if (!titles) {
    throw new PolisError('invalid', 'There is no table: a line "Month,Day,Hour,…" is expected, as PVWatts writes it.');
  }
  const header: Header = new Map(
    rows.slice(0, top).map(({ line, cells: [name = '', value = ''] }) => [name, { line, value }]),
  );
  const table = rows.slice(top + 1).filter(({ cells }) => !/^totals?$/i.test(cells[0] ?? ''));
  if (table.length === 0) throw wrongLine(titles.line, 'no hours follow.');
  const columns = findColumns(titles, COLUMNS);
  const hours = table.map((row) => readRow(row, columns, pvWattsHour));
  return { plant: plantOf(header), place: placeOf(header), hours, titles, rows: table };
}

function plantOf(header: Header): PvPlant {
  const peakW = numberIn(header, 'DC System Size', [0.001, 1e7]) * 1000;
  // Only newer exports have it, and only of trackers a number.
  const rows = [...header].some(([name, { value }]) => begins(name, 'Ground Coverage Ratio') && value !== 'NA');
  return {
    peakW,
    inverterW: peakW / numberIn(header, 'DC to AC Size Ratio', [0.1, 10]),
    tiltDeg: numberIn(header, 'Array Tilt', [0, 90]),
    azimuthDeg: numberIn(header, 'Array Azimuth', [0, 360]),
    mount: choiceIn(header, 'Array Type', MOUNTS),
    module: choiceIn(header, 'Module Type', MODULES),
    losses: numberIn(header, 'System Losses', [-5, 99]) / 100,
    inverterEfficiency: numberIn(header, 'Invert', [50, 100]) / 100,
    ...(rows && { groundCoverage: numberIn(header, 'Ground Coverage Ratio', [0.01, 1]) }),
  };
}

/** Older exports count longitudes to the west, and say so. */
function placeOf(header: Header): Place {
  const longitude = numberIn(header, 'Long', [-180, 180]);
  const west = /deg w/i.test(entryOf(header, 'Long').key);
  return { latitude: numberIn(header, 'Lat', [-90, 90]), longitude: west ? -longitude : longitude };
}

function entryOf(header: Header, name: string) {
  for (const [key, entry] of header) if (begins(key, name)) return { key, ...entry };
  throw new PolisError('invalid', `No line before the table begins with "${name}", as PVWatts writes it.`);
}

function numberIn(header: Header, name: string, [least, most]: [number, number]): number {
  const { key, line, value } = entryOf(header, name);
  const number = value === '' ? NaN : Number(value);
  if (!(number >= least && number <= most)) {
    throw wrongLine(line, `"${key}" is "${value}"; a number from ${least} to ${most} is expected.`);
  }
  return number;
}

function choiceIn<T>(header: Header, name: string, choices: [RegExp, T][]): T {
  const { key, line, value } = entryOf(header, name);
  const chosen = choices.find(([form]) => form.test(value));
  if (!chosen) throw wrongLine(line, `"${key}" is "${value}", which is none that PVWatts 5 knows.`);
  return chosen[1];
}
