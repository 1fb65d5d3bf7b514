import { describe, expect, it } from 'vitest';
import { cellTemperature } from './cell-temperature.ts';

/** The wind at the anemometer that is 1 m/s at the modules. */
const NOMINAL_WIND = (9.144 / 5) ** 0.2;

describe('the temperature of the cells', () => {
  it.each([45, 49])('is the nominal one, %d °C, at 800 W/m², 20 °C and 1 m/s', (nominalC) => {
    const { cellC } = cellTemperature(800, { temperatureC: 20, windMs: NOMINAL_WIND }, { nominalC });
    expect(cellC).toBeCloseTo(nominalC, 1);
  });

  it('is that of the air in the dark', () => {
    expect(cellTemperature(0, { temperatureC: -7, windMs: 3 }, { nominalC: 45 }).cellC).toBe(-7);
  });

  it('falls in the wind', () => {
    const at = (windMs: number) => cellTemperature(800, { temperatureC: 20, windMs }, { nominalC: 45 }).cellC;
    expect(at(8)).toBeLessThan(at(1) - 8);
  });

  it('comes after the sun: half-way within minutes, at rest after hours', () => {
    const air = { temperatureC: 20, windMs: 1 };
    const before = { cellC: 20, absorbedW: 0 };
    const after = (hours: number) => cellTemperature(800, air, { nominalC: 45, before, hours }).cellC;
    const rest = cellTemperature(800, air, { nominalC: 45 }).cellC;
    expect(after(1 / 60)).toBeLessThan(25);
    expect(after(12)).toBeGreaterThan(rest - 1);
    expect(after(12)).toBeLessThan(rest);
  });
});
