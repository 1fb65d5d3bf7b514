import type { Place } from '../physics/sun.ts';

/** A position of the sun as it was published, computed by NREL's own SPA. */
export interface PublishedSun {
  at: string;
  place: Place;
  air: { pressureHPa: number; temperatureC: number };
  zenithDeg: number;
  azimuthDeg: number;
  source: string;
}

const GOLDEN = { latitude: 39.742476, longitude: -105.1786 };
const AUCKLAND = { latitude: -36.840556, longitude: 174.74 };
const BRASILIA = { latitude: -15.793889, longitude: -47.882778 };
const LONGYEARBYEN = { latitude: 78.22, longitude: 15.65 };
const SINGAPORE = { latitude: 1.283333, longitude: 103.833333 };

const MOUNTAIN_AIR = { pressureHPa: 820, temperatureC: 11 };
const SEA_AIR = { pressureHPa: 1000, temperatureC: 10 };

/** Reda and Andreas, Solar Position Algorithm for Solar Radiation Applications, table A5.1. */
const REPORT = 'NREL/TP-560-34302, table A5.1';
/** pvlib-python, tests/test_solarposition.py, expected_solpos_multi. */
const PVLIB = 'pvlib-python, test_solarposition';
/** github.com/klausbrunner/solarpositioning, spa_reference_testdata.csv: output of NREL's spa.c of 8 September 2014. */
const SPA_C = 'spa.c 2014, solarpositioning';

/** Time in UTC, place, azimuth and zenith in degrees. */
const COMPUTED_BY_SPA_C: readonly (readonly [string, Place, number, number])[] = [
  ['1910-03-15T03:30Z', AUCKLAND, 298.894756, 53.637925],
  ['2010-03-15T06:30Z', AUCKLAND, 268.277401, 88.368814],
  ['2010-06-15T12:30Z', AUCKLAND, 171.709584, 166.352971],
  ['2010-12-15T00:30Z', AUCKLAND, 346.427128, 13.92405],
  ['2210-06-15T21:30Z', AUCKLAND, 41.041153, 72.455061],
  ['2010-03-15T09:30Z', BRASILIA, 91.385435, 86.910752],
  ['2010-06-15T12:30Z', BRASILIA, 46.250557, 55.629466],
  ['2010-09-15T15:30Z', BRASILIA, 342.396181, 19.5553],
  ['2110-12-15T15:30Z', BRASILIA, 215.81969, 9.303901],
  ['1910-09-15T03:30Z', LONGYEARBYEN, 69.006922, 90.197018],
  ['2010-03-15T06:30Z', LONGYEARBYEN, 110.910237, 87.669511],
  ['2010-06-15T00:30Z', LONGYEARBYEN, 21.613694, 77.537134],
  ['2010-06-15T09:30Z', LONGYEARBYEN, 155.483089, 55.833654],
  ['2010-12-15T12:30Z', LONGYEARBYEN, 202.847721, 102.475749],
  ['2010-03-15T03:30Z', SINGAPORE, 97.647061, 26.147108],
  ['2010-06-15T06:30Z', SINGAPORE, 318.535156, 30.140031],
  ['2010-12-15T00:30Z', SINGAPORE, 115.389032, 69.810409],
  ['2210-03-15T03:30Z', SINGAPORE, 98.082328, 26.157248],
];

export const PUBLISHED_SUN: readonly PublishedSun[] = [
  {
    at: '2003-10-17T19:30:30Z',
    place: GOLDEN,
    air: MOUNTAIN_AIR,
    azimuthDeg: 194.34024,
    zenithDeg: 50.11162,
    source: REPORT,
  },
  {
    at: '2003-10-18T19:30:30Z',
    place: GOLDEN,
    air: MOUNTAIN_AIR,
    azimuthDeg: 194.311132,
    zenithDeg: 50.47826,
    source: PVLIB,
  },
  ...COMPUTED_BY_SPA_C.map(([at, place, azimuthDeg, zenithDeg]) => ({
    at,
    place,
    air: SEA_AIR,
    azimuthDeg,
    zenithDeg,
    source: SPA_C,
  })),
];
