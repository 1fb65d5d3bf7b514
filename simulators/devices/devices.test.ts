import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FieldDeviceType } from '../estate/plan.ts';
import { liveSite } from '../site/specimens.ts';
import { specimenYear } from '../weather/specimens.ts';
import { yearWeather } from '../weather/year.ts';
import { DEVICE_KINDS } from './list.ts';

/** Rome's summer time is two hours ahead, its winter time one. */
const AT = {
  'a Tuesday morning in May': '2026-05-12T09:00:00Z',
  'a Tuesday night in May': '2026-05-12T00:30:00Z',
  'a Sunday noon in May': '2026-05-10T10:00:00Z',
  'a July afternoon': '2026-07-14T13:00:00Z',
  'a January morning': '2026-01-13T09:00:00Z',
};
type When = keyof typeof AT;

/** After two hours. */
function shownAt(when: When, type: FieldDeviceType) {
  const site = liveSite({ from: Date.parse(AT[when]) - 7_200_000 });
  site.live(7200);
  return site.shown(type);
}

describe('the list of simulated devices', () => {
  it('has every file of its folder that makes one', () => {
    const others = ['counting', 'device-kind', 'list', 'machine', 'metrics', 'devices.test'];
    const files = readdirSync(new URL('.', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));
    expect(DEVICE_KINDS.map(({ type }) => type as string).toSorted()).toEqual(
      files.filter((file) => !others.includes(file)).toSorted(),
    );
  });
});

describe('at its hour and in its weather', () => {
  it.each<[FieldDeviceType, When, string, number, number]>([
    ['pv-inverter', 'a Tuesday morning in May', 'W', 2000, 25_000],
    ['pv-inverter', 'a Tuesday morning in May', 'InvSt', 3, 3],
    ['pv-inverter', 'a Tuesday night in May', 'W', 0, 0],
    ['pv-inverter', 'a Tuesday night in May', 'InvSt', 1, 1],
    ['weather', 'a July afternoon', 'GHI', 150, 1100],
    ['weather', 'a July afternoon', 'TmpAmb', 20, 38],
    ['weather', 'a January morning', 'TmpAmb', -8, 14],
    ['weather', 'a Tuesday night in May', 'GHI', 0, 0],
    ['indoor-air', 'a Tuesday morning in May', 'CO2', 450, 1500],
    ['indoor-air', 'a Tuesday night in May', 'CO2', 420, 520],
    ['indoor-air', 'a Tuesday morning in May', 'Noise', 44, 80],
    ['thermostat', 'a January morning', 'TmpAir', 18.5, 22],
    ['thermostat', 'a January morning', 'HeatW', 500, 14_000],
    ['thermostat', 'a July afternoon', 'HeatW', 0, 0],
    ['hvac-unit', 'a January morning', 'HeatW', 100, 4200],
    ['hvac-unit', 'a January morning', 'TmpSup', 21, 40],
    ['meter', 'a January morning', 'W', 100, 5000],
    ['building-meter', 'a Tuesday morning in May', 'W', 2500, 9000],
    ['building-meter', 'a Tuesday night in May', 'W', 900, 2500],
    ['lighting-circuit', 'a Tuesday morning in May', 'On', 1, 1],
    ['lighting-circuit', 'a Tuesday morning in May', 'LevelPct', 60, 99],
    ['lighting-circuit', 'a Sunday noon in May', 'W', 0, 0],
    ['occupancy', 'a Tuesday morning in May', 'People', 2, 30],
    ['occupancy', 'a Sunday noon in May', 'People', 0, 0],
    ['opening-contact', 'a Tuesday morning in May', 'Openings', 30, 400],
    ['opening-contact', 'a Tuesday night in May', 'Open', 0, 0],
    ['leak-detector', 'a Tuesday night in May', 'Leak', 0, 0],
    ['smoke-detector', 'a Tuesday night in May', 'Smoke', 0, 0],
    ['water-meter', 'a Tuesday night in May', 'Flow', 0, 0],
    ['sensor', 'a Tuesday morning in May', 'Lux', 380, 1500],
    ['network-uplink', 'a Tuesday morning in May', 'Up', 1, 1],
    ['network-uplink', 'a Tuesday morning in May', 'RxBy', 1e6, 1e11],
    ['outdoor-environment', 'a Tuesday morning in May', 'Noise', 40, 80],
    ['outdoor-environment', 'a Tuesday night in May', 'Noise', 30, 47],
    ['atm', 'a Tuesday morning in May', 'Mode', 1, 1],
    ['atm', 'a Tuesday morning in May', 'W', 105, 165],
    ['kiosk', 'a Tuesday morning in May', 'W', 110, 110],
    ['kiosk', 'a Tuesday night in May', 'Screen', 0, 0],
    ['parcel-locker', 'a Tuesday morning in May', 'In', 3, 60],
    ['desk', 'a Sunday noon in May', 'Occ', 0, 0],
    ['desk', 'a Tuesday night in May', 'Socket', 0, 0],
    ['outdoor-area', 'a Tuesday night in May', 'People', 0, 0],
    ['outdoor-area', 'a July afternoon', 'Lights', 0, 0],
    ['outdoor-area', 'a July afternoon', 'Lux', 10_000, 130_000],
  ])('a %s shows, on %s, %s between %d and %d', (type, when, metric, least, most) => {
    const value = shownAt(when, type)[metric];
    expect(value).toBeGreaterThanOrEqual(least);
    expect(value).toBeLessThanOrEqual(most);
  });

  it('a desk is used on weekdays, and its time counts', () => {
    const site = liveSite({ from: '2026-05-10T22:00:00Z', everyS: 300 });
    let occupied = 0;
    site.live(7 * 86_400, { each: () => (occupied += site.shown('desk')['Occ'] === 1 ? 1 : 0) });
    const hours = (site.shown('desk')['OccS'] ?? 0) / 3600;
    expect(hours).toBeGreaterThan(10);
    expect(hours).toBeLessThan(45);
  });

  it('a battery takes what the plant gives too much by day, and gives it in the evening', () => {
    const site = liveSite({ from: '2026-06-16T02:00:00Z' });
    const grid: number[] = [];
    site.live(14 * 3600);
    expect(site.shown('battery')['SoC']).toBeGreaterThan(60);
    site.live(5 * 3600);
    site.live(3600, { each: () => grid.push(site.shown('grid-meter')['W'] ?? NaN) });
    expect(site.shown('battery')['W']).toBeGreaterThan(0);
    expect(Math.max(...grid.map(Math.abs))).toBeLessThan(1000);
    expect(site.shown('battery')['SoC']).toBeGreaterThanOrEqual(9.9);
  });
});

describe('a set point', () => {
  it('of an inverter is neared within seconds, holds, and lapses', () => {
    const site = liveSite({ from: '2026-06-21T11:00:00Z', everyS: 1 });
    site.live(60);
    const freeW = site.shown('pv-inverter')['W'] ?? 0;
    expect(freeW).toBeGreaterThan(6000);
    expect(site.set('pv-inverter', { WMaxLimPct: 10 }, 60)).toBeNull();
    site.live(2);
    expect(site.shown('pv-inverter')).toMatchObject({ WMaxLimPct: 10 });
    expect(site.shown('pv-inverter')['W']).toBeGreaterThan(2500);
    site.live(10);
    expect(site.shown('pv-inverter')).toMatchObject({ W: 2499.9, InvSt: 4 });
    site.live(60);
    expect(site.shown('pv-inverter')).toMatchObject({ WMaxLimPct: 100, InvSt: 3 });
    expect(site.shown('pv-inverter')['W']).toBeGreaterThan(6000);
  });

  it('of an inverter holds only while it is enabled', () => {
    const site = liveSite({ from: '2026-06-21T11:00:00Z', everyS: 10 });
    site.set('pv-inverter', { WMaxLimPct: 0, WMaxLimPctEna: 0 });
    site.live(60);
    expect(site.shown('pv-inverter')['W']).toBeGreaterThan(6000);
    site.set('pv-inverter', { WMaxLimPctEna: 1 });
    site.live(60);
    expect(site.shown('pv-inverter')['W']).toBe(0);
  });

  it('of a battery is ramped to, and no further than it is full', () => {
    const site = liveSite({ from: '2026-05-12T00:00:00Z', everyS: 1 });
    site.live(60);
    expect(site.set('battery', { WSet: -12_000, WSetEna: 1 })).toBeNull();
    site.live(5);
    const soon = site.shown('battery')['W'] ?? 0;
    expect(soon).toBeGreaterThan(-6000);
    expect(soon).toBeLessThan(0);
    site.live(25);
    expect(site.shown('battery')['W']).toBeCloseTo(-12_000, -1);
    site.live(3 * 3600);
    expect(site.shown('battery')['SoC']).toBeCloseTo(95, 0);
    expect(Math.abs(site.shown('battery')['W'] ?? NaN)).toBeLessThan(50);
  });

  it.each([60, 900])('of a battery that is read each %i s never takes or gives more than it may', (everyS) => {
    const site = liveSite({ from: '2026-05-12T00:00:00Z', everyS });
    const soc: number[] = [];
    for (const WSet of [15_000, -15_000]) {
      site.set('battery', { WSet });
      site.live(4 * 3600, { each: () => soc.push(site.shown('battery')['SoC'] ?? NaN) });
    }
    expect([Math.min(...soc), Math.max(...soc)]).toEqual([10, 95]);
  });

  it('of a unit is reached within minutes, and its rooms within hours', () => {
    const cold = yearWeather(specimenYear({ hour: () => ({ beamW: 0, temperatureC: 2 }) }), 'seed');
    const site = liveSite({ from: '2026-01-13T09:00:00Z', everyS: 10, weather: cold });
    site.live(3600);
    expect(site.shown('hvac-unit')['W']).toBeGreaterThan(60);
    const warmC = site.shown('hvac-unit')['TmpAir'] ?? NaN;
    site.set('hvac-unit', { On: 0 }, 6 * 3600);
    site.live(30);
    expect(site.shown('hvac-unit')).toMatchObject({ On: 0, Run: 1 });
    site.live(300);
    expect(site.shown('hvac-unit')).toMatchObject({ On: 0, Run: 0, W: 0, HeatW: 0 });
    site.live(4 * 3600);
    const coldC = site.shown('hvac-unit')['TmpAir'] ?? NaN;
    expect(coldC).toBeLessThan(warmC - 0.5);
    site.live(8 * 3600);
    expect(site.shown('hvac-unit')['On']).toBe(1);
    expect(site.shown('hvac-unit')['TmpAir']).toBeGreaterThan(coldC + 0.5);
  });

  it('of a thermostat warms the room in hours', () => {
    const site = liveSite({ from: '2026-01-18T01:00:00Z' });
    site.live(12 * 3600);
    const before = site.shown('thermostat');
    site.set('thermostat', { TmpSet: 24 });
    site.live(120);
    expect(site.shown('thermostat')['TmpSet']).toBe(24);
    expect((site.shown('thermostat')['TmpAir'] ?? 0) - (before['TmpAir'] ?? 0)).toBeLessThan(1.5);
    expect(site.shown('thermostat')['HeatW']).toBeGreaterThan((before['HeatW'] ?? 0) + 1000);
    site.live(10 * 3600);
    expect(site.shown('thermostat')['TmpAir']).toBeGreaterThan(22.5);
  });

  it('of a valve stops the water, also that of a leak', () => {
    const site = liveSite({ from: '2026-05-10T00:00:00Z', everyS: 10 });
    site.condition('water-meter', 'leak');
    site.live(60);
    expect(site.shown('water-meter')).toMatchObject({ Leak: 1, Flow: 0.08 });
    site.set('water-meter', { Valve: 0 });
    site.live(60);
    expect(site.shown('water-meter')).toMatchObject({ Valve: 0, Flow: 0 });
  });

  it.each<[FieldDeviceType, string, string, number]>([
    ['lighting-circuit', 'On', 'W', 0],
    ['kiosk', 'Screen', 'W', 25],
    ['outdoor-area', 'Board', 'Board', 0],
    ['desk', 'Socket', 'W', 0],
  ])('of a %s, %s, is obeyed at once', (type, metric, shows, value) => {
    const site = liveSite({ from: '2026-05-12T09:00:00Z' });
    site.set(type, { [metric]: 0 });
    site.live(60);
    expect(site.shown(type)).toMatchObject({ [metric]: 0, [shows]: value });
  });

  it.each<[FieldDeviceType, Record<string, number>, string]>([
    ['pv-inverter', { WMaxLimPct: 101 }, 'WMaxLimPct goes from 0 to 100.'],
    ['hvac-unit', { Mode: 9 }, 'Mode is one of 0, 1, 2, 3, 4, 5.'],
    ['hvac-unit', { On: 1, TmpAir: 20 }, 'full-hvac has no set point TmpAir.'],
    ['atm', { Mode: 1 }, 'full-atm has no set point Mode.'],
    ['thermostat', { toString: 1 }, 'full-thermostat has no set point toString.'],
  ])('of a %s that is none is refused: %j', (type, values, wrong) => {
    expect(liveSite({ from: 0 }).set(type, values)).toBe(wrong);
  });
});

describe('a condition', () => {
  it.each<[FieldDeviceType, string, Record<string, number>]>([
    ['leak-detector', 'leak', { Leak: 1 }],
    ['smoke-detector', 'smoke', { Smoke: 1, Fault: 0 }],
    ['smoke-detector', 'detector-fault', { Smoke: 0, Fault: 1 }],
    ['water-meter', 'leak', { Leak: 1 }],
    ['opening-contact', 'tamper', { Open: 1, Tamper: 1 }],
    ['atm', 'cash-out', { Mode: 0, CashLow: 1, Fault: 0 }],
    ['atm', 'machine-fault', { Mode: 0, Fault: 1 }],
    ['atm', 'tamper', { Mode: 0, Tamper: 1, Tilt: 1 }],
    ['kiosk', 'paper-out', { Mode: 2, PaperPct: 0, PaperLow: 1 }],
    ['kiosk', 'machine-fault', { Mode: 0, Fault: 1 }],
    ['parcel-locker', 'power-lost', { OnBattery: 1, W: 0, Mode: 2 }],
    ['outdoor-area', 'help', { Help: 1 }],
    ['network-uplink', 'line-down', { Up: 1, Bearer: 3 }],
    ['pv-inverter', 'ground-fault', { InvSt: 6, Alrm: 1, W: 0 }],
    ['battery', 'battery-fault', { Sta: 2, W: 0 }],
    ['hvac-unit', 'hvac-fault', { Fault: 1, Run: 0, W: 0 }],
  ])('of a %s, %s, shows in its readings and passes', (type, code, shown) => {
    const site = liveSite({ from: '2026-05-12T09:00:00Z' });
    site.live(600);
    expect(site.shown(type)).not.toMatchObject(shown);
    site.condition(type, code);
    site.live(600);
    expect(site.shown(type)).toMatchObject(shown);
    site.condition(type, code, false);
    site.live(600);
    expect(site.shown(type)).not.toMatchObject(shown);
  });

  it.each(DEVICE_KINDS.flatMap(({ type, conditions }) => conditions.map(({ code }) => [type, code] as const)))(
    'of a %s, %s, is told as it begins',
    (type, code) => {
      const site = liveSite({ from: '2026-05-12T09:00:00Z' });
      site.condition(type, code);
      expect(site.field.news()).toMatchObject([{ code, active: true, id: `${code}-${site.now}` }]);
    },
  );
});
