import { describe, expect, it } from 'vitest';
import { createSiteField } from '../site/field.ts';
import { NO_CARS } from '../site/specimens.ts';
import { DEVICE_KINDS } from '../devices/list.ts';
import { describeEstate } from './describe.ts';
import { polisEstate } from './polis.ts';

const whole = polisEstate({ seed: 1, sites: 2100 });

const count = (estate: typeof whole, type: string) =>
  estate.sites.flatMap(({ devices }) => devices).filter((device) => device.type === type).length;

describe('the Polis estate', () => {
  it('stands in no place of the demo, so that both can be registered with one instance', () => {
    const shown = new Set(describeEstate({ seed: 1, sites: 2100 }).sites.map(({ id }) => id));
    expect(whole.sites.filter(({ id }) => shown.has(id))).toEqual([]);
    const chargers = new Set(whole.chargers.map(({ id }) => id));
    expect(describeEstate({ seed: 1, sites: 40 }).chargers.filter(({ id }) => chargers.has(id))).toEqual([]);
  });

  it('has 2,100 sites, 5,000 chargers, 1,000 plants of 30 kWp and 1,000 smart buildings', () => {
    const plants = whole.sites.flatMap(({ pv }) => pv ?? []);
    expect([whole.sites.length, whole.chargers.length, plants.length]).toEqual([2100, 5000, 1000]);
    const meanPeakW = plants.reduce((sum, { peakW }) => sum + peakW, 0) / plants.length;
    // Drawn evenly from 20 to 40 kWp: the mean of a thousand lies within five standard errors of 30.
    expect(Math.abs(meanPeakW - 30_000)).toBeLessThan(1_000);
    expect(count(whole, 'pv-inverter')).toBe(1000);
    expect(count(whole, 'building-meter')).toBe(1000);
    expect(count(whole, 'gateway')).toBe(2100);
  });

  it.each([
    ['atm', 7000],
    ['kiosk', 4000],
    ['parcel-locker', 500],
    ['desk', 10_000],
    ['outdoor-area', 1000],
    ['hvac-unit', 1000],
    ['battery', 200],
    ['network-uplink', 500],
  ])('has of %s %i', (type, expected) => {
    expect(count(whole, type)).toBe(expected);
  });

  it('has 250 co-working spaces, of 20 to 60 desks, with the floor and the connection that they need', () => {
    const desksAt = ({ devices }: (typeof whole.sites)[number]) => devices.filter(({ type }) => type === 'desk').length;
    const spaces = whole.sites.filter((site) => desksAt(site) > 0);
    expect(spaces).toHaveLength(250);
    expect(Math.min(...spaces.map(desksAt))).toBeGreaterThanOrEqual(20);
    expect(Math.max(...spaces.map(desksAt))).toBeLessThanOrEqual(60);
    for (const site of spaces) expect(site.building.floorM2).toBeGreaterThanOrEqual(80 + 6 * desksAt(site));
  });

  it('puts batteries at plants only, and has each type of device somewhere, also where it is small', () => {
    for (const { battery, pv, devices } of whole.sites) {
      expect(battery !== null).toBe(devices.some(({ type }) => type === 'battery'));
      expect(battery === null || pv !== null).toBe(true);
    }
    for (const { type } of DEVICE_KINDS) {
      expect([type, count(whole, type) > 0]).toEqual([type, true]);
      expect([type, count(describeEstate({ seed: 1, sites: 40 }), type) > 0]).toEqual([type, true]);
    }
  });

  it('numbers what may stand at a site several times', () => {
    const ids = new Set(whole.sites.flatMap(({ devices }) => devices.map(({ id }) => id)));
    const [one] = whole.sites;
    expect(ids).toContain(`${one?.id}-grid`);
    expect(ids).toContain(`${one?.id}-atm-1`);
  });

  it('gives a plant and a smart building to some sites, to others one of them or none', () => {
    const has = (site: (typeof whole.sites)[number], type: string) => site.devices.some((each) => each.type === type);
    const kinds = new Set(whole.sites.map((site) => `${has(site, 'pv-inverter')} ${has(site, 'thermostat')}`));
    expect(kinds.size).toBe(4);
  });

  it('is the same to the byte for the same seed, and another for another', () => {
    const text = (seed: number) => JSON.stringify(polisEstate({ seed, sites: 21 }));
    expect(text(7)).toBe(text(7));
    expect(text(8)).not.toBe(text(7));
  });

  it('keeps its proportions in another size', () => {
    const tenth = polisEstate({ seed: 1, sites: 210 });
    expect([tenth.chargers.length, count(tenth, 'pv-inverter'), count(tenth, 'thermostat')]).toEqual([500, 100, 100]);
    expect([count(tenth, 'atm'), count(tenth, 'kiosk'), count(tenth, 'desk')]).toEqual([700, 400, 1000]);
  });

  it.each([1, 2, 3, 7])('can be as small as %i sites', (sites) => {
    expect(polisEstate({ seed: 1, sites }).sites).toHaveLength(sites);
  });

  it('lets a site without a plant read only what stands there, and no photovoltaic power', () => {
    const site = whole.sites.find(
      ({ pv, devices }) => pv === null && !devices.some(({ type }) => type === 'thermostat'),
    );
    if (!site) throw new Error('Each site has a plant or a smart building.');
    const noon = Date.UTC(2025, 5, 21, 11);
    const readings = createSiteField(site, { seed: 'seed', now: noon }).read(noon, NO_CARS);
    const measuring = site.devices.filter(({ type }) => type !== 'gateway').map(({ id }) => id);
    expect(Object.keys(readings).toSorted()).toEqual(measuring.toSorted());
    expect(readings[`${site.id}-grid`]?.['W']).toBeGreaterThan(0);
  });
});
