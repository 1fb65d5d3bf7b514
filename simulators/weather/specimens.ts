import { HOUR } from '#estate/units.ts';
import type { Place } from '../physics/sun.ts';
import { HOURS_OF_YEAR, type WeatherHour, type WeatherYear } from './year.ts';

/** For tests: weather years that can be said by hand. */

const HERE: Place = { latitude: 45, longitude: 8 };

export interface SpecimenYear extends Partial<Omit<WeatherYear, 'hours'>> {
  /** What differs from 500 W/m² of beam in 100 W/m² of sky at 15 °C, by the hour's number in the year. */
  hour?: (n: number) => Partial<WeatherHour>;
}

/** A year at 45° N, 8° E in UTC, said at the beginning of each hour. */
export function specimenYear({ hour = () => ({}), ...others }: SpecimenYear = {}): WeatherYear {
  const usual = { beamW: 500, diffuseW: 100, temperatureC: 15, windMs: 2, humidity: 60, pressurePa: 99_000 };
  const hours = Array.from({ length: HOURS_OF_YEAR }, (_, n) => ({ ...usual, ...hour(n) }));
  return { place: HERE, zoneHours: 0, lightAfterMs: 0, airAfterMs: 0, hours, ...others };
}

/** The same year as PVGIS writes it, with light a quarter of an hour after each hour. */
export function specimenPvgis(hour: SpecimenYear['hour'] = () => ({})): string {
  const rows = specimenYear({ hour }).hours.map(
    ({ beamW, diffuseW, temperatureC, windMs, humidity, pressurePa }, n) => {
      const [, month, day, clock] =
        /-(\d\d)-(\d\d)T(\d\d)/.exec(new Date(Date.UTC(2001, 0, 1) + n * HOUR).toISOString()) ?? [];
      return `20${month}${month}${day}:${clock}00,${temperatureC},${humidity},0.0,${beamW},${diffuseW},300.0,${windMs},90.0,${pressurePa}`;
    },
  );
  return [
    'Latitude (decimal degrees): 45.000',
    'Longitude (decimal degrees): 8.000',
    'Elevation (m): 250.0',
    'Irradiance Time Offset (h): 0.25',
    'month,year',
    ...Array.from({ length: 12 }, (_, month) => `${month + 1},2001`),
    'time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP',
    ...rows,
    '',
    'T2m: 2-m air temperature (degree Celsius)',
  ].join('\n');
}
