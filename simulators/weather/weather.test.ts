import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { cos } from '../physics/angle.ts';
import { stream } from '../physics/noise.ts';
import { pvPower } from '../physics/pv.ts';
import { type Place, sunPosition } from '../physics/sun.ts';
import { createSiteField } from '../site/field.ts';
import { NO_CARS } from '../site/specimens.ts';
import { fullSite, idOf } from '../site/specimens.ts';
import { specimenYear } from './specimens.ts';
import { createWeather, type WeatherChoice } from './weather.ts';

const MONDOVI: Place = { latitude: 44.39, longitude: 7.82 };
const CUNEO: Place = { latitude: 44.38, longitude: 7.54 };
const RAGUSA: Place = { latitude: 36.93, longitude: 14.73 };
/** At which the sun stands in the south of Mondovì, within minutes. */
const NOON = Date.UTC(2026, 5, 21, 11, 30);

function skyOf(choice: WeatherChoice, place: Place, { seed = 'seed', own = place.latitude } = {}) {
  return createWeather(choice, seed)(place, stream(`${own}/`));
}

/** How alike two series are: Pearson's coefficient. */
function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;
  const away = (all: readonly number[]) => all.map((each) => each - mean(all));
  const product = (a: readonly number[], b: readonly number[]) => mean(a.map((each, n) => each * (b[n] ?? NaN)));
  const [a, b] = [away(one), away(other)];
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

const noons = (days: number) => Array.from({ length: days }, (_, n) => NOON + n * DAY);

describe('a clear weather', () => {
  it.each([
    ['Mondovì', MONDOVI, NOON],
    ['Ragusa', RAGUSA, NOON - 28 * MINUTE],
    ['Mondovì in winter', MONDOVI, Date.UTC(2026, 11, 21, 11, 30)],
  ])('gives %s the clear-sky figure at noon, each day', (_, place, noon) => {
    const skyAt = skyOf('clear', place);
    for (const at of [noon, noon + DAY, noon + 2 * DAY]) {
      // Of the height of the sun at noon little more is needed than the latitude and the season.
      const height = cos(place.latitude - (at > Date.UTC(2026, 8) ? -23.44 : 23.44));
      const haurwitzW = 1098 * height * Math.exp(-0.059 / height);
      expect(Math.abs(skyAt(at).irradiance.globalW / haurwitzW - 1)).toBeLessThan(0.005);
    }
  });

  it('is never darker than another', () => {
    const [clear, drawn] = [skyOf('clear', MONDOVI), skyOf('drawn', MONDOVI)];
    for (const at of noons(60)) expect(drawn(at).irradiance.globalW).toBeLessThanOrEqual(clear(at).irradiance.globalW);
  });
});

describe('a drawn weather', () => {
  const light = (place: Place, seed = 'seed') => {
    const skyAt = skyOf('drawn', place, { seed });
    const clearAt = skyOf('clear', place, { seed });
    return noons(400).map((at) => skyAt(at).irradiance.globalW / clearAt(at).irradiance.globalW);
  };
  const warmth = (place: Place) => {
    const skyAt = skyOf('drawn', place);
    return noons(800).map((at, n) => skyAt(at).air.temperatureC - 9 * cos((360 * (n - 30)) / 365.25));
  };

  it('is much the same at two sites near each other, and unlike at two far ones', () => {
    expect(correlation(light(MONDOVI), light(CUNEO))).toBeGreaterThan(0.8);
    expect(Math.abs(correlation(light(MONDOVI), light(RAGUSA)))).toBeLessThan(0.2);
    expect(correlation(warmth(MONDOVI), warmth(CUNEO))).toBeGreaterThan(0.8);
  });

  it('has no edge beyond which a neighbour has another', () => {
    const [west, east] = [7.999, 8.001].map((longitude) => light({ latitude: 44.5, longitude }));
    expect(correlation(west ?? [], east ?? [])).toBeGreaterThan(0.9);
  });

  it('is as changeable wherever a site lies between the nodes of the region', () => {
    const cloudy = (place: Place) => light(place).filter((share) => share < 0.8).length / 400;
    for (const latitude of [44, 44.25, 44.5]) {
      const share = cloudy({ latitude, longitude: 8 + (latitude % 1) });
      expect(share).toBeGreaterThan(0.15);
      expect(share).toBeLessThan(0.45);
    }
  });

  it('differs a little from that of a neighbour next door', () => {
    const [one, other] = [1, 2].map((own) =>
      noons(60).map((at) => skyOf('drawn', MONDOVI, { own })(at).irradiance.globalW),
    );
    expect(one).not.toEqual(other);
    expect(correlation(one ?? [], other ?? [])).toBeGreaterThan(0.9);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(light(MONDOVI)).toEqual(light(MONDOVI));
    expect(light(MONDOVI, 'other')).not.toEqual(light(MONDOVI));
  });
});

describe('a weather year', () => {
  const isEleven = (n: number) => n % 24 === 11;
  const eleven = { beamW: 640, diffuseW: 130, temperatureC: 21, windMs: 3, humidity: 40, pressurePa: 98_000 };
  const year = specimenYear({ hour: (n) => (isEleven(n) ? eleven : {}) });
  const here = year.place;

  it('gives the irradiance and the air of its hour, and between two hours a mixture of both', () => {
    const skyAt = skyOf(year, here);
    const at = Date.UTC(2026, 5, 21, 11);
    const { irradiance, air, humidity, pressurePa, sun } = skyAt(at);
    expect(irradiance).toMatchObject({ beamW: 640, diffuseW: 130 });
    expect(irradiance.globalW).toBeCloseTo(640 * cos(sun.zenithDeg) + 130, 6);
    expect({ ...air, humidity, pressurePa }).toEqual({
      temperatureC: 21,
      windMs: 3,
      humidity: 40,
      pressurePa: 98_000,
    });
    expect(skyAt(at - 15 * MINUTE).irradiance).toMatchObject({ beamW: 605, diffuseW: 122.5 });
  });

  it.each([
    ['in UTC, at its beginning', {}, 0],
    ['in UTC, a quarter of an hour later', { lightAfterMs: 15 * MINUTE }, 15 * MINUTE],
    ['in central European time, as a mean', { zoneHours: 1, lightAfterMs: 30 * MINUTE }, -30 * MINUTE],
  ])('whose light is said %s has its light then', (_, how, laterMs) => {
    const skyAt = skyOf({ ...year, ...how }, here);
    expect(skyAt(Date.UTC(2026, 5, 21, 11) + laterMs).irradiance.beamW).toBe(640);
  });

  it('comes to another place at the same solar time', () => {
    const east = { latitude: 44, longitude: here.longitude + 7.5 };
    const skyAt = skyOf(year, east);
    expect(skyAt(Date.UTC(2026, 5, 21, 10, 30)).irradiance).toMatchObject({ beamW: 640, diffuseW: 130 });
  });

  it('of another continent comes by its solar time, too', () => {
    const denver = { place: { latitude: 39.7, longitude: -105.2 }, zoneHours: -7, lightAfterMs: 30 * MINUTE };
    const skyAt = skyOf(specimenYear({ ...denver, hour: (n) => (isEleven(n) ? eleven : {}) }), here);
    // There 11:30 is so much before the mean solar noon, and it is here, too.
    const beforeNoonMs = 30 * MINUTE + (105.2 / 15 - 7) * HOUR;
    const noon = Date.UTC(2026, 5, 21, 12) - (here.longitude / 15) * HOUR;
    expect(skyAt(noon - beforeNoonMs).irradiance.beamW).toBeCloseTo(640, 6);
  });

  it('has no light while the sun is down', () => {
    const skyAt = skyOf(year, here);
    const day = Array.from({ length: 144 }, (_, n) => NOON + n * 10 * MINUTE);
    const night = day.filter((at) => sunPosition(at, here).zenithDeg > 90);
    expect(night.length).toBeGreaterThan(40);
    for (const at of night) expect(skyAt(at).irradiance).toEqual({ globalW: 0, beamW: 0, diffuseW: 0 });
  });

  it('begins anew after its end, and has no 29th of February', () => {
    const counted = specimenYear({ hour: (n) => ({ temperatureC: n }) });
    const warmth = (at: string) => skyOf(counted, here)(Date.parse(at)).air.temperatureC;
    expect(warmth('2026-01-01T00:00:00Z')).toBe(0);
    expect(warmth('2026-12-31T23:30:00Z')).toBe(8759 / 2);
    expect(warmth('2028-02-28T07:00:00Z')).toBe(58 * 24 + 7);
    expect(warmth('2028-02-29T07:00:00Z')).toBe(58 * 24 + 7);
    expect(warmth('2028-03-01T00:00:00Z')).toBe(59 * 24);
    expect(warmth('2028-12-31T23:00:00Z')).toBe(8759);
  });

  it('that says nothing of humidity and pressure has drawn ones', () => {
    const { humidity, pressurePa } = skyOf(
      specimenYear({ hour: () => ({ humidity: undefined, pressurePa: undefined }) }),
      here,
    )(NOON);
    const drawn = skyOf('drawn', here)(NOON);
    expect({ humidity, pressurePa }).toEqual({ humidity: drawn.humidity, pressurePa: drawn.pressurePa });
  });
});

describe('the devices of a site', () => {
  it.each<[string, WeatherChoice]>([
    ['drawn', 'drawn'],
    ['clear', 'clear'],
    ['of a year', specimenYear()],
  ])('agree with the weather when it is %s', (_, choice) => {
    const site = fullSite();
    const weather = createWeather(choice, 'seed');
    const field = createSiteField(site, { seed: `seed/${site.id}`, now: NOON - HOUR, weather });
    const readings = field.read(NOON, NO_CARS);
    const sky = weather(site, stream(`seed/${site.id}/`))(NOON);
    const shown = (type: 'weather' | 'outdoor-environment' | 'pv-inverter', metric: string) =>
      readings[idOf(type)]?.[metric];
    expect(shown('weather', 'GHI')).toBeCloseTo(sky.irradiance.globalW, 0);
    expect(shown('weather', 'DNI')).toBeCloseTo(sky.irradiance.beamW, 0);
    expect(shown('weather', 'TmpAmb')).toBeCloseTo(sky.air.temperatureC, 0);
    expect(shown('weather', 'Pres')).toBeCloseTo(sky.pressurePa, -1);
    expect(shown('outdoor-environment', 'RH')).toBeCloseTo(sky.humidity, 0);
    const plant = site.pv ?? { peakW: 0, inverterW: 0, tiltDeg: 0, azimuthDeg: 0 };
    expect(shown('pv-inverter', 'W')).toBeCloseTo(pvPower(plant, sky).acW, -1);
  });
});
