import { describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { MINUTE } from '#estate/units.ts';
import { crank, crankUntil } from '../platform/crank.ts';
import { CARD, OTHER_CARD, smallEstate, startField } from '../platform/field.ts';
import { startTestPlatform } from '../platform/in-process.ts';

describe('A limited site whose server is gone', () => {
  it('stays within its limit: each limit lapses at one instant, and the defaults of the chargers hold', async () => {
    const GRID_LIMIT_W = 20_000;
    const clock = handClock(Date.UTC(2026, 4, 18, 2));
    const polisgrid = await startTestPlatform({ clock });
    const estate = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'], gridLimitW: GRID_LIMIT_W });
    await using fleet = await startField(polisgrid.platform, estate, { clock, gateways: true, meterIntervalS: 15 });
    await crank(clock, 2 * MINUTE);
    for (const [index, charger] of fleet.chargers.entries()) {
      charger.plugIn(1);
      const accepted = charger.authorise(1, index === 0 ? CARD : OTHER_CARD);
      await crank(clock, 5_000, 1_000);
      expect(await accepted).toBe(true);
    }
    await crank(clock, 4 * MINUTE);
    const drawnW = () => fleet.chargers.map((charger) => Math.round(charger.powerW(1)));
    await crankUntil(clock, { ask: drawnW, holds: (powers) => Math.min(...powers) > 8_000 });

    const stopped = polisgrid[Symbol.asyncDispose]();
    await crank(clock, 20_000, 1_000);
    await stopped;
    for (let minute = 0; minute < 15; minute++) {
      await crank(clock, MINUTE);
      expect(drawnW().reduce((sum, powerW) => sum + powerW, 0)).toBeLessThanOrEqual(GRID_LIMIT_W);
    }
    // Half of the limit, which is what cars may have while nobody measures: 7 A for each of the two.
    expect(drawnW()).toEqual([7 * 690, 7 * 690]);
  });
});
