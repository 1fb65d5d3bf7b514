import { describe, expect, it } from 'vitest';
import type { Connector, Station } from '#charging/index.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { HOUR } from '#estate/units.ts';
import { summarise, type SiteKnowledge } from './site.ts';

const site = { id: 'barolo', name: 'Barolo', latitude: 44.6, longitude: 7.9, gridLimitW: null, synthetic: true };
const nothing: SiteKnowledge = { stations: [], alarms: [], devices: [], readings: [] };
const now = 10 * HOUR;

const connector = (state: Connector['state'], evse = 1): Connector => ({
  evse,
  connector: 1,
  state,
  error: null,
  since: 0,
});
const station = (online: boolean, ...connectors: Connector[]): Station => ({
  id: 'c1',
  site: site.id,
  vendor: null,
  model: null,
  serial: null,
  firmware: null,
  protocol: null,
  online,
  lastSeen: null,
  connectors,
  condition: null,
  synthetic: true,
});
const reading = (type: string, device: string, powerW: number, quality?: number): Reading => ({
  site: site.id,
  device,
  type,
  ts: now,
  values: { W: powerW },
  ...(quality === undefined ? {} : { quality: { W: quality } }),
});

describe('the state of a site', () => {
  it.each<[string, Partial<SiteKnowledge>]>([
    ['unknown', {}],
    ['ok', { devices: [{ online: true }] }],
    ['ok', { stations: [station(true, connector('available'))] }],
    ['charging', { stations: [station(true, connector('charging'))] }],
    ['offline', { stations: [station(true, connector('charging')), station(false)] }],
    ['offline', { stations: [station(true, connector('charging'))], devices: [{ online: false }] }],
    ['alarm', { stations: [station(false)], alarms: ['one'] }],
  ])('is %s, the worst of %j', (state, known) => {
    expect(summarise(site, { ...nothing, ...known }).state).toBe(state);
  });

  it('counts no car at a charger that is offline', () => {
    const known = { ...nothing, stations: [station(false, connector('charging'))] };
    expect(summarise(site, known)).toMatchObject({ chargers: 1, chargersOnline: 0, charging: 0 });
  });
});

describe('the power of a site', () => {
  it('is what its meters measured last, and null where there is no meter', () => {
    const readings = [
      reading('grid-meter', 'g', -300),
      reading('pv-inverter', 'p1', 500),
      reading('pv-inverter', 'p2', 250),
    ];
    expect(summarise(site, { ...nothing, readings })).toMatchObject({
      power: { gridW: -300, pvW: 750, buildingW: null, chargingW: null },
      updatedAt: '1970-01-01T10:00:00.000Z',
    });
  });

  it('does not count what is stale', () => {
    const readings = [reading('grid-meter', 'g', 4_000, Quality.stale)];
    expect(summarise(site, { ...nothing, readings }).power.gridW).toBeNull();
  });

  it('counts the cars that charge, not what a charger measured when the last one left', () => {
    const stations = [station(true, connector('charging', 1), connector('available', 2))];
    const readings = [reading('charging-station', 'c1:1', 7_000), reading('charging-station', 'c1:2', 11_000)];
    expect(summarise(site, { ...nothing, stations, readings }).power.chargingW).toBe(7_000);
    expect(summarise(site, { ...nothing, stations: [station(true)], readings }).power.chargingW).toBe(0);
  });
});
