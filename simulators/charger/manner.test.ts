import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import { describeEstate } from '../estate/describe.ts';
import { withManner } from '../estate/describe-charger.ts';
import type { ChargerPlan, Protocol } from '../estate/plan.ts';
import { polisEstate } from '../estate/polis.ts';
import { type FrameKeeper, keepFrames } from '../faults/specimen-wire.ts';
import { createTestBed, estateOfOne, promptCar, type TestBed, until } from '../specimens.ts';

let bed: TestBed;
let frames: FrameKeeper;
beforeEach(async () => {
  [bed, frames] = [await createTestBed(), await keepFrames()];
});
afterEach(async () => {
  await bed[Symbol.asyncDispose]();
  await frames[Symbol.asyncDispose]();
});

/** A connected charger of a maker, with its manner. */
async function chargerOf(vendor: string, protocol: Protocol, ocppUrl: string) {
  const estate = estateOfOne(protocol);
  const chargers = estate.chargers.map((each) => withManner({ ...each, vendor, bootsOnReconnect: true }));
  const fleet = await bed.fleet({ estate: { ...estate, chargers }, ocppUrl });
  const [charger] = fleet.chargers;
  if (!charger) throw new Error('The estate has no such charger.');
  return charger;
}

describe('the manner of a maker', () => {
  it('Brennero: message ids count from 1, and repeat after a boot; what was queued offline is told', async () => {
    const charger = await chargerOf('Brennero', 'ocpp1.6', frames.url);
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'TOKEN');
    await until(() => charger.transaction(1) !== null, 'it charges');
    charger.cut(3_000);
    await until(() => !charger.isOnline(), 'it is gone');
    charger.unplug(1);
    await until(() => frames.calls('StopTransaction').length === 1, 'the stop was told');
    expect(frames.calls('BootNotification').map(({ id }) => id)).toEqual(['1', '1']);
    const ids = frames.frames.flatMap((frame) => /^\[2,"(\d+)"/.exec(frame)?.[1] ?? []);
    expect(ids.length).toBeGreaterThan(new Set(ids).size);
    expect(ids.map(Number).every((id) => id >= 1 && id < 100)).toBe(true);
  });

  it.each(['ocpp1.6', 'ocpp2.0.1'] as const)(
    'Elettra: a serial that is too long for its field and a clock that is some minutes wrong, over %s',
    async (protocol) => {
      const charger = await chargerOf('Elettra', protocol, frames.url);
      charger.plugIn(1, promptCar());
      await charger.authorise(1, 'TOKEN');
      const action = protocol === 'ocpp1.6' ? 'StartTransaction' : 'TransactionEvent';
      await until(() => frames.calls(action).length > 0, 'the start was told');
      const boot = JSON.stringify(frames.calls('BootNotification')[0]?.payload);
      const serial = /erialNumber":"([^"]+)"/.exec(boot)?.[1] ?? '';
      expect([serial, serial.length > 25]).toEqual([charger.plan.serial, true]);
      const told = Date.parse(String(frames.calls(action)[0]?.payload['timestamp']));
      const offMs = Math.abs(told - (charger.truth().sessions[0]?.startedAt ?? NaN));
      expect([offMs % MINUTE, offMs >= 3 * MINUTE, offMs <= 12 * MINUTE]).toEqual([0, true, true]);
    },
  );

  it('Levante: accepts a limit, and gives what it always gives', async () => {
    const charger = await chargerOf('Levante', 'ocpp1.6', bed.central.url);
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'TOKEN');
    await until(() => charger.powerW(1) > 6_000, 'it charges');
    const before = charger.powerW(1);
    const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] };
    const profile = {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: schedule,
    };
    const answer = await bed.central.call(charger.id, 'SetChargingProfile', {
      connectorId: 0,
      csChargingProfiles: profile,
    });
    expect([answer['status'], charger.powerW(1)]).toEqual(['Accepted', before]);
  });
});

describe('an estate', () => {
  const mannersOf = (chargers: readonly ChargerPlan[]) => chargers.filter(({ manner }) => manner !== 'plain');

  it('as built has the manner of each maker at each of its chargers', () => {
    const { chargers } = polisEstate({ seed: 1, sites: 100 });
    const seen = new Set(chargers.map(({ vendor, manner }) => `${vendor} ${manner}`));
    expect([...seen].toSorted()).toEqual([
      'Brennero repeats-ids',
      'Elettra long-serials-wrong-clock',
      'Levante ignores-limits',
    ]);
  });

  it('to look at has few of them, and none where limits are seen to work', () => {
    const { chargers, sites } = describeEstate({ seed: 1, sites: 40 });
    const few = mannersOf(chargers);
    expect([few.length > 1, few.length <= chargers.length / 20]).toEqual([true, true]);
    const crowded = sites.toSorted((one, other) => evsesAt(chargers, other.id) - evsesAt(chargers, one.id))[0];
    expect(few.filter(({ site }) => site === crowded?.id)).toEqual([]);
  });

  it('is plain on demand', () => {
    expect(mannersOf(polisEstate({ seed: 1, sites: 20, manners: 'plain' }).chargers)).toEqual([]);
    expect(mannersOf(describeEstate({ seed: 1, sites: 20, manners: 'plain' }).chargers)).toEqual([]);
  });
});

function evsesAt(chargers: readonly ChargerPlan[], site: string): number {
  const here = chargers.filter((each) => each.site === site && !each.dc);
  return here.reduce((sum, { evses }) => sum + evses, 0);
}
