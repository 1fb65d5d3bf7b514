import { describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { MINUTE } from '#estate/units.ts';
import { crank, crankUntil } from '../platform/crank.ts';
import { CARD, smallEstate, startField } from '../platform/field.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import { settledTruth, verifyField } from '../platform/verify-field.ts';
import type { ChargerView, SessionView } from '../platform/views.ts';

const MORNING = Date.UTC(2026, 4, 18, 10);

describe('A charger of either version', () => {
  it('boots, reports its status, authorises, starts, meters and stops, and the session has the right kWh', async () => {
    const clock = handClock(MORNING);
    await using polisgrid = await startTestPlatform({ clock });
    const estate = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'] });
    await using fleet = await startField(polisgrid.platform, estate, { clock, meterIntervalS: 60 });
    const { admin } = polisgrid;

    const before = await crankUntil(clock, {
      ask: () => admin.items<ChargerView>('/v1/chargers'),
      holds: (chargers) =>
        chargers.every(({ online, connectors }) => online && connectors.some(({ state }) => state === 'available')),
    });
    expect(before.map(({ id }) => id)).toEqual(['CP-1', 'CP-2']);

    for (const charger of fleet.chargers) {
      charger.plugIn(1);
      const accepted = charger.authorise(1, CARD);
      await crank(clock, 5_000, 1_000);
      expect(await accepted).toBe(true);
      await crank(clock, 40 * MINUTE);
      charger.unplug(1);
      await crank(clock, 10_000, 1_000);
    }

    const sessions = await crankUntil(clock, {
      ask: () => admin.items<SessionView>('/v1/sessions'),
      holds: (found) => found.length === 2 && found.every(({ state }) => state === 'ended'),
    });
    for (const session of sessions) {
      expect(session).toMatchObject({ evse: 1, token: CARD, synthetic: true });
      expect(session.energyWh).toBeGreaterThan(5_000);
    }
    const truth = await settledTruth(fleet, { from: MORNING, clock });
    const { checked, differences } = await verifyField(truth, polisgrid, { clock });
    expect(differences).toEqual([]);
    expect(checked.sessions).toBe(2);
    expect(new Set(sessions.map(({ protocol }) => protocol))).toEqual(new Set(['ocpp1.6', 'ocpp2.0.1']));
  });

  it('is told that a blocked card is blocked, and begins nothing', async () => {
    await using polisgrid = await startTestPlatform();
    await using fleet = await startField(polisgrid.platform, smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'] }));
    for (const charger of fleet.chargers) {
      charger.plugIn(1);
      expect(await charger.authorise(1, 'BLOCKED-01')).toBe(false);
      expect(await charger.authorise(1, 'NEVER-SEEN')).toBe(false);
    }
    expect(await polisgrid.admin.items<SessionView>('/v1/sessions')).toEqual([]);
  });
});
