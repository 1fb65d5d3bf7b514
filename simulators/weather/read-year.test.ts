import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE } from '#estate/units.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specimenPvWatts } from '../checks/specimen-pvwatts.ts';
import { parseWeatherYear, readWeatherYear } from './read-year.ts';
import { specimenPvgis } from './specimens.ts';
import { HOURS_OF_YEAR } from './year.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'polisgrid-weather-'))));
afterAll(() => rm(folder, { recursive: true }));

const pvgis = specimenPvgis((n) => (n === 31 * 24 + 11 ? { beamW: 640, temperatureC: -2.5 } : {}));
const pvWatts = specimenPvWatts({ month: 1, days: 365 });

describe('the file of a weather year', () => {
  it('of PVGIS is of UTC, with light at its offset', () => {
    const { hours, ...year } = parseWeatherYear(`\uFEFF${pvgis.replaceAll('\n', '\r\n')}`);
    expect(year).toEqual({
      place: { latitude: 45, longitude: 8 },
      zoneHours: 0,
      lightAfterMs: 15 * MINUTE,
      airAfterMs: 0,
    });
    expect(hours).toHaveLength(HOURS_OF_YEAR);
    expect(hours[31 * 24 + 11]).toEqual({
      beamW: 640,
      diffuseW: 100,
      temperatureC: -2.5,
      windMs: 2,
      humidity: 60,
      pressurePa: 99_000,
    });
  });

  it('of PVWatts is of local standard time, found by its daylight, with means of hours', () => {
    const { hours, ...year } = parseWeatherYear(pvWatts);
    expect(year).toEqual({
      place: { latitude: 45, longitude: 8 },
      zoneHours: 1,
      lightAfterMs: 30 * MINUTE,
      airAfterMs: 30 * MINUTE,
    });
    expect(hours).toHaveLength(HOURS_OF_YEAR);
    expect(hours[12]).toMatchObject({ beamW: 500, diffuseW: 100, temperatureC: 15, windMs: 2 });
  });

  it.each([
    ['PVGIS: a cell that is no number', pvgis, ['640', 'much'], 'Line 774, column 27: Gb(n) is "much"; a number is'],
    ['PVGIS: light that cannot be', pvgis, ['640', '6400'], 'Gb(n) is "6400"; a number from 0 to 2000 is expected.'],
    ['PVGIS: a missing column', pvgis, ['Gd(h)', 'Gx(h)'], 'Line 18: no title begins with "Gd(h)".'],
    ['PVGIS: a place that is none', pvgis, ['45.000', 'north'], 'Line 1: Latitude is "north"; a number from -90 to 90'],
    ['PVGIS: no place', pvgis, ['Longitude', 'Length'], 'a line "Longitude (decimal degrees): …" is expected'],
    [
      'PVGIS: a missing hour',
      pvgis,
      [/^20010101:0300.*\n/m, ''],
      'Line 22, column 1: the row begins with "20010101:0400"; month 1, day 1, hour 3 of a year of 365 days is expected.',
    ],
    [
      'PVGIS: half a year',
      pvgis,
      [/^20070701:0000[^]*$/m, ''],
      'Line 4362: the hours end here, after 4344; the 8760 of a whole year are expected.',
    ],
    ['PVWatts: a cell that is no number', pvWatts, ['1,1,12,500', '1,1,12,much'], 'Line 27, column 8: Beam Irradiance'],
    [
      'PVWatts: an hour twice',
      pvWatts,
      ['1,1,3,', '1,1,2,'],
      'Line 18, column 1: the row begins with "1"; month 1, day 1, hour 3',
    ],
    [
      'PVWatts: some days',
      specimenPvWatts(),
      ['', ''],
      'Line 15, column 1: the row begins with "4"; month 1, day 1, hour 0',
    ],
    ['another file', 'time,temperature\n1,2\n', ['', ''], 'Line 1: a typical year of PVGIS ("time(UTC),T2m,…") or'],
    ['an empty one', '', ['', ''], 'Line 1: a typical year of PVGIS'],
  ] as const)('is refused with its name, line and column: %s', async (_, text, [from, to], message) => {
    const file = join(folder, 'year.csv');
    await writeFile(file, text.replace(from, to));
    expect(() => readWeatherYear(file)).toThrow(`${file}: `);
    expect(() => readWeatherYear(file)).toThrow(message);
  });

  it('that is not there is told', () => {
    expect(() => readWeatherYear(join(folder, 'moon.csv'))).toThrow(/moon\.csv cannot be read: ENOENT/);
  });
});
