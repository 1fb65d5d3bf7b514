import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '#estate/log.ts';
import { HOUR } from '#estate/units.ts';
import { secretsFrom } from '../secrets.ts';
import { loadScenario } from '../scenario/load.ts';
import { polisEstate } from '../estate/polis.ts';
import type { Scenario, StageFault } from '../scenario/scenario.ts';
import { EVERYONE } from '../scenario/selection.ts';
import { specimenYear } from '../weather/specimens.ts';
import type { WeatherChoice } from '../weather/weather.ts';
import { bringToLife, type Field } from './field.ts';

const SITES = 10;
const START = Date.UTC(2026, 10, 21, 6, 30);

const fault = (name: string, on: Partial<StageFault['on']>): StageFault => {
  return { fault: name, parameters: {}, on: { ...EVERYONE, ...on }, afterMs: 0, forMs: 1_000 };
};
const cut = fault('cut', {});
const halfDown = fault('down', { sites: { kind: 'share', share: 0.5 } });
const two = fault('latency', { chargers: { kind: 'count', count: 2 }, gateways: { kind: 'none' } });

const scenario: Scenario = {
  ...loadScenario('hostile', { set: { sites: String(SITES) } }),
  stages: [{ name: 'one', forMs: 1_000, faults: [cut, halfDown, two], orders: [], expect: [] }],
};
const estate = polisEstate({ seed: scenario.seed, sites: SITES, chargers: null });

function fieldOf(given: Scenario, startMs = START): Promise<Field> {
  return bringToLife({
    scenario: given,
    estate,
    // Nobody is there: whom something befalls does not depend on it.
    ways: { ocppUrl: 'ws://127.0.0.1:9/ocpp', mqttUrl: 'mqtt://127.0.0.1:9' },
    startMs,
    speed: 1,
    platform: { now: () => startMs, speed: 1 },
    secrets: secretsFrom('a key'),
    log: silentLog,
  });
}

let field: Field;
beforeAll(async () => (field = await fieldOf(scenario)));
afterAll(() => field[Symbol.asyncDispose]());

describe('A field', () => {
  it('stands still at the start of the simulated time', () => {
    expect(field.clock.now()).toBe(START);
    expect(field.fleet.chargers).toHaveLength(estate.chargers.length);
    expect(field.fleet.gateways).toHaveLength(SITES);
  });

  it('knows whom a fault befalls: everyone', () => {
    const { chargers, gateways } = field.befallen(cut);
    expect([chargers.size, gateways.size]).toEqual([estate.chargers.length, SITES]);
  });

  it('knows whom a fault befalls: all that stands at some sites', () => {
    const { chargers, gateways } = field.befallen(halfDown);
    expect(gateways.size).toBe(SITES / 2);
    const sites = new Set([...gateways].map((id) => id.replace(/-gw$/, '')));
    expect([...chargers].toSorted()).toEqual(
      estate.chargers
        .filter(({ site }) => sites.has(site))
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it('gives the lanes of those whom a fault of the network befalls, and of no other', () => {
    const { chargers, gateways } = field.befallen(halfDown);
    expect(field.lanesOf(cut)).toEqual([]);
    expect(field.lanesOf(halfDown).length).toBeGreaterThan(0);
    expect(field.lanesOf(halfDown).length).toBeLessThanOrEqual(chargers.size + gateways.size);
    expect(field.befallen(two).chargers.size).toBe(2);
    expect(field.befallen(two).gateways.size).toBe(0);
  });

  it('has the weather that the scenario chose: plants give when it is clear, and nothing in the dark', async () => {
    const night = specimenYear({ hour: () => ({ beamW: 0, diffuseW: 0 }) });
    const importW = async (weather: WeatherChoice) => {
      const noon = START + 4.5 * HOUR;
      await using living = await fieldOf({ ...scenario, estate: { ...scenario.estate, weather } }, noon);
      await living.clock.advance(scenario.fleet.readingsMs + scenario.stepMs);
      return new Map(living.fleet.gridLoads().map(({ site, importW }) => [site, importW]));
    };
    const [clear, dark] = [await importW('clear'), await importW(night)];
    const plants = estate.sites.filter(({ pv }) => pv !== null);
    expect(plants.length).toBeGreaterThan(0);
    for (const { id } of plants) expect(clear.get(id)).toBeLessThan((dark.get(id) ?? NaN) - 1000);
  });
});
