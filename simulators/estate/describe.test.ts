import { CHARGER_PATTERN, ID_PATTERN } from '#estate/ids.ts';
import { describe, expect, it } from 'vitest';
import { describeEstate, slug } from './describe.ts';

const estate = describeEstate({ seed: 42, sites: 40 });

describe('an estate', () => {
  it('is the same to the byte for the same seed, and another for another', () => {
    const text = (seed: number) => JSON.stringify(describeEstate({ seed, sites: 40 }));
    expect(text(42)).toBe(JSON.stringify(estate));
    expect(text(43)).not.toBe(text(42));
  });

  it('has 100 chargers at 40 sites, in both versions and all powers', () => {
    expect(estate.sites).toHaveLength(40);
    expect(estate.chargers).toHaveLength(100);
    expect(new Set(estate.chargers.map((each) => each.protocol))).toEqual(new Set(['ocpp1.6', 'ocpp2.0.1']));
    const kinds = new Set(estate.chargers.map((each) => each.model.split('-')[1]));
    expect(kinds).toEqual(new Set(['7', '11', '22', '50DC']));
  });

  it('lies in small places of Italy', () => {
    for (const { latitude, longitude, population } of estate.sites) {
      expect(population).toBeLessThan(15_000);
      expect(latitude).toBeGreaterThan(35);
      expect(latitude).toBeLessThan(47.5);
      expect(longitude).toBeGreaterThan(6);
      expect(longitude).toBeLessThan(19);
    }
  });

  it('has ids that are unique and fit, also at full size', () => {
    const full = describeEstate({ seed: 1, sites: 2100 });
    const ids = [...full.sites, ...full.sites.flatMap((each) => each.devices)].map((each) => each.id);
    const chargers = full.chargers.map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(chargers).size).toBe(5250);
    expect(ids.every((id) => ID_PATTERN.test(id))).toBe(true);
    expect(chargers.every((id) => CHARGER_PATTERN.test(id))).toBe(true);
    expect(full.tokens.every(({ token }) => token.length <= 20)).toBe(true);
    const meanPeakW = full.sites.reduce((sum, { pv }) => sum + (pv?.peakW ?? 0), 0) / full.sites.length;
    expect(meanPeakW).toBeCloseTo(30_000, -3);
  });

  it('has one broken charger, and one site whose connection cannot feed its cars', () => {
    expect(estate.chargers.filter((each) => each.fault)).toHaveLength(1);
    const starving = estate.sites.filter((site) => {
      const here = estate.chargers.filter((each) => each.site === site.id);
      return here.reduce((sum, each) => sum + each.evses * each.maxA * each.phases * 230, 0) > 2.5 * site.gridLimitW;
    });
    expect(starving.length).toBeGreaterThanOrEqual(1);
  });

  it('gives each EVSE two cards of its own', () => {
    const evses = estate.chargers.reduce((sum, each) => sum + each.evses, 0);
    const accepted = estate.tokens.filter((each) => each.status === 'accepted').map((each) => each.token);
    expect(new Set(accepted).size).toBe(2 * evses);
    expect(estate.tokens.map((each) => each.status)).toContain('blocked');
    expect(estate.tokens.map((each) => each.status)).toContain('expired');
  });
});

describe("a place's id", () => {
  it.each([
    ['Barolo', 'barolo'],
    ["Castello dell'Acqua", 'castello-dell-acqua'],
    ['Forlì del Sannio', 'forli-del-sannio'],
    ['San Valentino in Abruzzo Citeriore e altro', 'san-valentino-in-abruzzo-citeriore-e'],
  ])('of %s is %s', (name, id) => {
    expect(slug(name)).toBe(id);
  });
});
