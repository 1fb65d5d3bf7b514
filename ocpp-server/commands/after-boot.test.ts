import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECOND } from '#estate/units.ts';
import { openServer, type Specimen } from '../specimens/server.ts';
import type { Wire } from '../specimens/wire.ts';

let specimen: Specimen;
const asked: string[] = [];
beforeAll(async () => {
  const shares: Record<string, number> = { D1: 8, D3: 8 };
  specimen = await openServer({
    async defaultLimitA(charger) {
      asked.push(charger);
      if (charger === 'D3') throw new Error('no site');
      return shares[charger] ?? null;
    },
  });
});
afterAll(() => specimen[Symbol.asyncDispose]());

const boot = (wire: Wire) => wire.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });

describe('a charger that has booted', () => {
  test('is left its share as a default, after each boot', async () => {
    const wire = await specimen.connect('D1');
    for (let time = 0; time < 2; time++) {
      await boot(wire);
      await specimen.clock.advance(5 * SECOND);
      const [, id, action, payload] = await wire.next();
      expect([action, payload]).toMatchObject([
        'SetChargingProfile',
        {
          connectorId: 0,
          csChargingProfiles: { stackLevel: 0, chargingSchedule: { chargingSchedulePeriod: [{ limit: 8 }] } },
        },
      ]);
      wire.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    }
    await wire.call('Heartbeat', {});
    expect(await specimen.charging.profiles.list('D1', specimen.clock.now())).toMatchObject([
      { number: 2, evse: 0, purpose: 'default', periods: [{ limit: 8 }] },
    ]);
  });

  test.each(['D2', 'D3'])('is told nothing where nothing is known of its share: %s', async (id) => {
    const wire = await specimen.connect(id);
    await boot(wire);
    await specimen.clock.advance(5 * SECOND);
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, {}, {}]);
    expect(asked).toContain(id);
  });
});
