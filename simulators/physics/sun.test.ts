import { describe, expect, it } from 'vitest';
import { extraterrestrial, sunPosition } from './sun.ts';

describe('the position of the sun', () => {
  it('is that of the worked example of NREL/TP-560-34302, table A5.1', () => {
    const sun = sunPosition(
      Date.UTC(2003, 9, 17, 19, 30, 30),
      { latitude: 39.742476, longitude: -105.1786 },
      { pressureHPa: 820, temperatureC: 11 },
    );
    expect(Math.abs(sun.zenithDeg - 50.11162)).toBeLessThan(0.01);
    expect(Math.abs(sun.azimuthDeg - 194.34024)).toBeLessThan(0.01);
  });

  const rome = { latitude: 41.9028, longitude: 12.4964 };
  it.each([
    ['at noon of the June solstice', Date.UTC(2025, 5, 21, 11, 12), 41.9028 - 23.44, 180],
    ['at noon of the December solstice', Date.UTC(2025, 11, 21, 11, 8), 41.9028 + 23.44, 180],
  ])('stands due south in Rome %s', (_, atMs, zenith, azimuth) => {
    const sun = sunPosition(atMs, rome);
    expect(Math.abs(sun.zenithDeg - zenith)).toBeLessThan(0.1);
    expect(Math.abs(sun.azimuthDeg - azimuth)).toBeLessThan(1);
  });

  it('is in the east in the morning, in the west in the evening, below the horizon at night', () => {
    expect(sunPosition(Date.UTC(2025, 3, 1, 6), rome).azimuthDeg).toBeLessThan(120);
    expect(sunPosition(Date.UTC(2025, 3, 1, 16), rome).azimuthDeg).toBeGreaterThan(240);
    expect(sunPosition(Date.UTC(2025, 3, 1, 0), rome).zenithDeg).toBeGreaterThan(100);
  });

  it('gives 3.4 % more in January than on average, and as much less in July', () => {
    expect(extraterrestrial(Date.UTC(2025, 0, 3)) / 1361).toBeCloseTo(1.034, 2);
    expect(extraterrestrial(Date.UTC(2025, 6, 4)) / 1361).toBeCloseTo(0.967, 2);
  });
});
