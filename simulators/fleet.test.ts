import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import { createTestBed, estate, estateOfOne, promptCar, type TestBed, until } from './specimens.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await createTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

describe('a fleet', () => {
  it('connects each charger with its own secret and version', async () => {
    const fleet = await bed.fleet({ estate });
    expect(fleet.chargers.every((each) => each.isOnline())).toBe(true);
    expect(bed.central.handshakes.toSorted((one, other) => (one.identity < other.identity ? -1 : 1))).toEqual(
      estate.chargers
        .map(({ id, protocol }) => ({ identity: id, password: `secret-of-${id}`, protocol }))
        .toSorted((one, other) => (one.identity < other.identity ? -1 : 1)),
    );
    expect(bed.central.faults).toEqual([]);
  });

  it('tells the status of each connector, also that one is broken', async () => {
    await bed.fleet({ estate });
    // In 1.6 the charger itself is connector 0.
    const evses = estate.chargers.reduce((sum, each) => sum + each.evses + (each.protocol === 'ocpp1.6' ? 1 : 0), 0);
    await until(() => bed.central.calls('StatusNotification').length >= evses, 'each connector told its status');
    const faulted = bed.central
      .calls('StatusNotification')
      .filter(({ payload }) => Object.values(payload).includes('Faulted'));
    expect(new Set(faulted.map((each) => each.identity))).toEqual(
      new Set(estate.chargers.filter((each) => each.fault).map((each) => each.id)),
    );
    expect(bed.central.faults).toEqual([]);
  });

  it('says which charger was not accepted in time', async () => {
    bed.central.answer = () => ({ status: 'Rejected', currentTime: new Date().toISOString(), interval: 60 });
    const late = bed.fleet({ estate, chargers: 1, connectWithinMs: 2000 });
    await expect(late).rejects.toThrow(/^Charger IT-PGR-\S+ was not accepted within 2 s; /);
  });

  it('has lived before it connects: past sessions, told in order, and some that still run', async () => {
    const fleet = await bed.fleet({ estate, drivers: true, historyHours: 24, meterIntervalS: 60 });
    await until(() => fleet.truth().every((each) => each.queued.length === 0), 'all history is told');
    const sessions = fleet.truth().flatMap((each) => each.sessions);
    const ended = sessions.filter((each) => each.endedAt !== null);
    expect(ended.length).toBeGreaterThan(2 * estate.chargers.length);
    expect(ended.length).toBeLessThan(sessions.length);
    for (const { confirmed } of fleet.truth()) {
      expect(confirmed.map((each) => each.at)).toEqual(
        confirmed.map((each) => each.at).toSorted((one, other) => one - other),
      );
    }
    const told = fleet.truth().flatMap((each) => each.confirmed.filter(({ kind }) => kind === 'ended'));
    expect(told).toHaveLength(ended.length);
    expect(bed.central.faults).toEqual([]);
  });

  it('tells what each grid connection carries, the building and the cars together', async () => {
    const plan = estateOfOne('ocpp1.6');
    const fleet = await bed.fleet({ estate: plan });
    const [charger] = fleet.chargers;
    const [idle] = fleet.gridLoads();
    expect(idle?.site).toBe(charger?.plan.site);
    expect(idle?.limitW).toBe(plan.sites.find(({ id }) => id === idle?.site)?.gridLimitW);
    charger?.plugIn(1, promptCar());
    await charger?.authorise(1, plan.tokens[0]?.token ?? '');
    await until(() => (charger?.powerW(1) ?? 0) > 1_000, 'the car charges');
    const [loaded] = fleet.gridLoads();
    const moreW = (loaded?.importW ?? 0) - (idle?.importW ?? 0);
    expect(Math.abs(moreW - (charger?.powerW(1) ?? 0))).toBeLessThan(0.05 * (charger?.powerW(1) ?? 0));
  });

  it('looks at a building whose devices are not read each minute anew', async () => {
    const clock = handClock(Date.UTC(2026, 4, 18, 8));
    const fleet = await bed.fleet({ estate: estateOfOne('ocpp1.6'), clock, connectWithinMs: 0 });
    const seen = new Set<number>();
    for (let looks = 0; looks < 20; looks++) {
      for (const { importW } of fleet.gridLoads()) seen.add(importW);
      await clock.advance(30 * SECOND);
    }
    expect(seen.size).toBeGreaterThan(5);
    expect(seen.size).toBeLessThanOrEqual(10);
  });

  it('brings a car to a free EVSE when somebody starts it by phone', async () => {
    const fleet = await bed.fleet({ estate, drivers: true });
    const charger = fleet.chargers.find((each) => each.plan.protocol === 'ocpp1.6' && each.plan.fault === null);
    const id = charger?.id ?? '';
    await bed.central.call(id, 'RemoteStartTransaction', { connectorId: 1, idTag: 'PHONE' });
    await until(() => bed.central.calls('StartTransaction').some((each) => each.identity === id), 'the session began');
    expect(bed.central.calls('StartTransaction').find((each) => each.identity === id)?.payload).toMatchObject({
      idTag: 'PHONE',
    });
  });
});
