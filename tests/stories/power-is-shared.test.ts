import { describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { MINUTE, SECOND } from '#estate/units.ts';
import { crank, crankUntil } from '../platform/crank.ts';
import { CARD, OTHER_CARD, smallEstate, startField } from '../platform/field.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import type { MessageView } from '../platform/views.ts';

interface Decision {
  basis: string;
  budgetW: number;
  loads: { charger: string; limitA: number; why: string }[];
}

/** By what the meters show each car may charge, with less than it would take, and about as much as the others. */
function isShared({ basis, loads }: Decision): boolean {
  const limitsA = loads.map(({ limitA }) => limitA);
  const [leastA, mostA] = [Math.min(...limitsA), Math.max(...limitsA)];
  return basis === 'measured' && loads.length === 2 && leastA >= 6 && mostA < 16 && mostA - leastA <= 1;
}

describe('A site whose grid limit is too small for its cars', () => {
  it('shares it out, by charging profiles in both versions, and the cars obey', { timeout: 300_000 }, async () => {
    const GRID_LIMIT_W = 14_000;
    const clock = handClock(Date.UTC(2026, 4, 18, 2));
    await using polisgrid = await startTestPlatform({ clock });
    const estate = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'], gridLimitW: GRID_LIMIT_W });
    await using fleet = await startField(polisgrid.platform, estate, { clock, gateways: true, meterIntervalS: 15 });
    const site = estate.sites[0]?.id ?? '';
    await crank(clock, MINUTE);

    for (const [index, charger] of fleet.chargers.entries()) {
      charger.plugIn(1);
      const accepted = charger.authorise(1, index === 0 ? CARD : OTHER_CARD);
      await crank(clock, 5_000, 1_000);
      expect(await accepted).toBe(true);
    }
    await crank(clock, 3 * MINUTE);

    const { loads } = await crankUntil(clock, {
      ask: () => polisgrid.admin.read<Decision>(`/v1/sites/${site}/decision`),
      holds: isShared,
    });
    expect(loads.map(({ charger }) => charger).toSorted()).toEqual(['CP-1', 'CP-2']);

    // The cars would take 11 kW each; what flows through the grid connection is measured by its own meter.
    await crankUntil(clock, {
      ask: () => Math.max(...fleet.chargers.map((charger) => charger.powerW(1))),
      holds: (powerW) => powerW < 10_000,
      withinMs: MINUTE,
    });
    for (let minute = 0; minute < 5; minute++) {
      await crank(clock, MINUTE, SECOND);
      const cars = fleet.chargers.reduce((sum, charger) => sum + charger.powerW(1), 0);
      const { power } = await polisgrid.admin.read<{ power: { gridW: number } }>(`/v1/sites/${site}`);
      expect(cars).toBeGreaterThan(2 * 6 * 3 * 230 * 0.9);
      expect(power.gridW).toBeLessThanOrEqual(GRID_LIMIT_W * 1.02);
    }
    for (const charger of ['CP-1', 'CP-2']) {
      const messages = await polisgrid.admin.items<MessageView>(`/v1/chargers/${charger}/messages?limit=200`);
      const profiles = messages.filter(({ action, kind }) => action === 'SetChargingProfile' && kind === 'result');
      expect(profiles[0]?.payload).toMatchObject({ status: 'Accepted' });
    }
  });
});
