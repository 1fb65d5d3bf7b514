import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChargingFact } from '#estate/fact.ts';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import type { ConnectorReport } from '../index.ts';
import { charger, openCharging, report16, TEN, type ChargingSpecimen } from '../specimens.ts';
import { closeSilent } from './silence.ts';

let specimen: ChargingSpecimen;
let facts: ChargingFact[] = [];
beforeEach(async () => {
  specimen = await openCharging();
  facts = [];
});
afterEach(() => specimen.records.close());

async function begin(): Promise<{ session: string; transaction: string }> {
  const began = await specimen.charging.reported(report16('began', { wh: 1_000 }));
  const { transaction } = began;
  await specimen.charging.reported(report16('updated', { transaction, minute: 10, wh: 1_600 }));
  return began;
}

/** Its charger is connected, and heard each hour, or not, for so many days; the sweep comes each hour. */
async function daysGoBy(days: number, online: boolean): Promise<void> {
  const { charging, clock, records } = specimen;
  for (let hour = 0; hour < days * 24; hour++) {
    if (online) await charging.reachable(charger('C1'), true, clock.now());
    await clock.advance(HOUR);
    facts.push(...(await records.run(closeSilent, { at: clock.now(), limit: 9 })).facts);
  }
}

async function connectorIs(state: ConnectorReport['state']): Promise<void> {
  const report: ConnectorReport = { evse: 1, connector: 1, state, error: null, at: TEN };
  await specimen.charging.connectorChanged(charger('C1'), report);
}

const stateOf = async (id: string) => (await specimen.charging.session(id))?.state;

describe('a session of a charger that falls silent', () => {
  test('is closed after 7 days, where it was last heard', async () => {
    const { session } = await begin();
    await daysGoBy(6, false);
    expect(await stateOf(session)).toBe('active');
    await daysGoBy(2, false);
    expect(await specimen.charging.session(session)).toMatchObject({
      state: 'incomplete',
      energyWh: 600,
      endedAt: TEN + 10 * MINUTE,
      reason: 'the charger was not heard for 7 days',
      doubts: expect.arrayContaining(['missing-stop']),
    });
    expect(facts).toMatchObject([{ kind: 'session-ended', session, energyWh: 600 }]);
  });

  test('is ended properly by a stop that comes after all', async () => {
    const { session, transaction } = await begin();
    await daysGoBy(8, false);
    const receivedAt = specimen.clock.now();
    await specimen.charging.reported(report16('updated', { transaction, minute: 20, wh: 2_000, receivedAt }));
    expect(await stateOf(session)).toBe('active');
    await specimen.charging.reported(report16('ended', { transaction, minute: 30, wh: 2_400, receivedAt }));
    expect(await specimen.charging.session(session)).toMatchObject({
      state: 'ended',
      energyWh: 1_400,
      endedAt: TEN + 30 * MINUTE,
      doubts: ['unknown-token'],
    });
  });
});

describe('a session of which a connected charger says nothing for a day', () => {
  test.each([
    ['unavailable', 'incomplete'],
    ['faulted', 'incomplete'],
    [null, 'incomplete'],
    ['occupied', 'active'],
    ['charging', 'active'],
    ['suspended', 'active'],
  ] as const)('on a connector that is %s is %s', async (connector, state) => {
    const { session } = await begin();
    if (connector) await connectorIs(connector);
    await daysGoBy(0.9, true);
    expect(await stateOf(session)).toBe('active');
    await daysGoBy(0.5, true);
    expect(await stateOf(session)).toBe(state);
  });

  test('goes on when it is heard of', async () => {
    const { session, transaction } = await begin();
    for (let day = 1; day < 4; day++) {
      await daysGoBy(0.9, true);
      const now = specimen.clock.now();
      await specimen.charging.reported(report16('updated', { transaction, at: now, receivedAt: now, wh: 1_600 + day }));
    }
    expect(await stateOf(session)).toBe('active');
    expect(specimen.clock.now() - TEN).toBeGreaterThan(2 * DAY);
  });
});

test('the clock looks for them each hour', async () => {
  const { charging, clock } = specimen;
  const { session } = await begin();
  await charging.reachable(charger('C1'), false, TEN);
  await clock.advance(8 * DAY);
  await charging.start();
  await clock.advance(HOUR);
  await expect.poll(() => stateOf(session)).toBe('incomplete');
  charging.stop();
});
