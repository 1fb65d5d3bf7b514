import { handClock } from '#estate/clock.ts';
import { MINUTE, SECOND } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { describeEstate } from './estate/describe.ts';
import { type Fleet, startEstate } from './fleet.ts';

const TICK_MS = 15 * SECOND;
const READ_MS = 15 * MINUTE;
/** Nobody answers there: everything goes on, and waits to be told. */
const NOWHERE = '127.0.0.1:9';

/** What each site's meters have counted, unrounded, Wh. */
function counted(fleet: Fleet) {
  const { sites, chargers } = fleet.snapshot();
  return fleet.chargers
    .map(({ plan }) => plan.site)
    .filter((site, n, all) => all.indexOf(site) === n)
    .map((site) => {
      const stations = fleet.chargers.filter(({ plan }) => plan.site === site);
      const registers = stations.flatMap(({ plan }) => chargers[plan.id]?.station.outlets ?? []);
      const of = (device: string, register: string) => sites[site]?.devices[`${site}-${device}`]?.[register] ?? 0;
      return {
        cars: registers.reduce((sum, { registerWh }) => sum + registerWh, 0),
        building: of('building', 'usedWh'),
        supply:
          of('grid', 'importWh') -
          of('grid', 'exportWh') +
          of('pv', 'givenWh') +
          of('battery', 'givenWh') -
          of('battery', 'takenWh'),
      };
    });
}

describe('the sites of a fleet', () => {
  it('close their balance with the registers of their EVSEs, though they are read each quarter of an hour', async () => {
    const clock = handClock(Date.UTC(2026, 5, 16, 8));
    await using fleet = await startEstate({
      estate: describeEstate({ seed: 'balance', sites: 8 }),
      ocppUrl: `ws://${NOWHERE}`,
      mqttUrl: `mqtt://${NOWHERE}`,
      secrets: () => 'secret',
      clock,
      drivers: true,
      arrivals: 20,
      plugged: 0.3,
      tickMs: TICK_MS,
      readingPeriodMs: READ_MS,
      historyHours: 1,
      connectWithinMs: 0,
    });
    await clock.advance(TICK_MS);
    const before = counted(fleet);
    // As far as to a reading, so that meters and EVSEs have counted up to the same instant.
    for (let read = 0; read < 16; read++) await clock.advance(READ_MS);
    const after = counted(fleet);
    const rises = before.map((from, n) => {
      const to = after[n] ?? from;
      return { cars: to.cars - from.cars, building: to.building - from.building, supply: to.supply - from.supply };
    });
    expect(rises.reduce((sum, { cars }) => sum + cars, 0)).toBeGreaterThan(20_000);
    for (const { cars, building, supply } of rises) expect(supply - building - cars).toBeCloseTo(0, 3);
  });
});
