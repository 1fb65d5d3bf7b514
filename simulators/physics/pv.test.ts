import { HOUR, MINUTE } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { planeOfArray } from './plane.ts';
import { pvPower } from './pv.ts';
import { drawnWeather } from '../weather/drawn.ts';
import { stream } from './noise.ts';
import { clearSky, split } from './sky.ts';
import { extraterrestrial } from './sun.ts';

const plant = { peakW: 30_000, inverterW: 25_000, tiltDeg: 20, azimuthDeg: 180 };
const place = { latitude: 44.61, longitude: 7.94 };
const noon = Date.UTC(2025, 5, 21, 11, 30);
const skyAt = drawnWeather('seed')(place, stream('own/'));
const sun = { zenithDeg: 30, azimuthDeg: 180 };
const sky = (beamW: number, diffuseW: number) => ({
  sun,
  extraW: extraterrestrial(noon),
  irradiance: { beamW, diffuseW, globalW: beamW * Math.cos(Math.PI / 6) + diffuseW },
  air: { temperatureC: 20, windMs: 2 },
});

describe('a photovoltaic plant', () => {
  it.each([
    ['a flat plane gets the global irradiance', 0, 800 * Math.cos(Math.PI / 6) + 100],
    ['a plane towards the sun gets all of the beam', 30, 800 + 100 * 0.933],
  ])('%s', (_, tiltDeg, expected) => {
    const { incidentW } = planeOfArray({ ...plant, tiltDeg }, sky(800, 100));
    expect(Math.abs(incidentW - expected) / expected).toBeLessThan(0.06);
  });

  it('gives nothing at night and never a negative power', () => {
    const day = Array.from({ length: 144 }, (_, n) => skyAt(noon + n * 10 * MINUTE));
    expect(day.every((each) => pvPower(plant, each).acW >= 0)).toBe(true);
    const night = day.filter((each) => each.sun.zenithDeg > 95);
    expect(night.length).toBeGreaterThan(20);
    expect(night.every((each) => pvPower(plant, each).acW === 0)).toBe(true);
  });

  it('is clipped at its inverter', () => {
    expect(pvPower({ ...plant, inverterW: 10_000 }, sky(900, 80)).acW).toBe(10_000);
  });

  it('gives less when it is hot', () => {
    const cold = pvPower(plant, { ...sky(600, 80), air: { temperatureC: 0, windMs: 2 } });
    const hot = pvPower(plant, { ...sky(600, 80), air: { temperatureC: 35, windMs: 2 } });
    expect(cold.dcW / hot.dcW).toBeCloseTo(1 + 0.0047 * 35, 1);
  });

  it('yields between 1,100 and 1,600 kWh for each kWp in a Piedmont year', () => {
    let wh = 0;
    for (let at = Date.UTC(2025, 0, 1); at < Date.UTC(2026, 0, 1); at += HOUR) wh += pvPower(plant, skyAt(at)).acW;
    expect(wh / plant.peakW).toBeGreaterThan(1100);
    expect(wh / plant.peakW).toBeLessThan(1600);
  });
});

describe('the sky', () => {
  it('gives a known clear noon (Haurwitz at 30° zenith: 888 W/m²)', () => {
    expect(clearSky(sun)).toBeCloseTo(888.3, 0);
  });

  it('is mostly beam when clear and all diffuse when dark', () => {
    const extraW = 1361;
    const clear = split(890, sun, extraW);
    const dark = split(100, sun, extraW);
    expect(clear.diffuseW / clear.globalW).toBeLessThan(0.25);
    expect(dark.diffuseW / dark.globalW).toBeGreaterThan(0.95);
    expect(clear.beamW * Math.cos(Math.PI / 6) + clear.diffuseW).toBeCloseTo(890, 6);
  });
});
