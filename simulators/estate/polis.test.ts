import { describe, expect, it } from 'vitest';
import { createSiteField } from '../site.ts';
import { polisEstate } from './polis.ts';

const whole = polisEstate({ seed: 1, sites: 2100 });

const count = (estate: typeof whole, type: string) =>
  estate.sites.flatMap(({ devices }) => devices).filter((device) => device.type === type).length;

describe('the Polis estate', () => {
  it('has 2,100 sites, 5,000 chargers, 1,000 plants of 30 kWp and 1,000 smart buildings', () => {
    const plants = whole.sites.flatMap(({ pv }) => pv ?? []);
    expect([whole.sites.length, whole.chargers.length, plants.length]).toEqual([2100, 5000, 1000]);
    expect(plants.reduce((sum, { peakW }) => sum + peakW, 0) / plants.length).toBeCloseTo(30_000, -3);
    expect(count(whole, 'pv-inverter')).toBe(1000);
    expect(count(whole, 'building-meter')).toBe(1000);
    expect(count(whole, 'gateway')).toBe(2100);
  });

  it('gives a plant and a smart building to some sites, to others one of them or none', () => {
    const kinds = new Set(whole.sites.map(({ devices }) => devices.map(({ type }) => type).join(' ')));
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
  });

  it('lets a site without a plant read only what stands there, and no photovoltaic power', () => {
    const site = whole.sites.find(({ pv, devices }) => pv === null && devices.length === 2);
    if (!site) throw new Error('Each site has a plant or a smart building.');
    const noon = Date.UTC(2025, 5, 21, 11);
    const readings = createSiteField(site, { seed: 'seed', now: noon }).read(noon, [0, 0, 0]);
    expect(Object.keys(readings)).toEqual([`${site.id}-grid`]);
    expect(readings[`${site.id}-grid`]?.['W']).toBeGreaterThan(0);
  });
});
