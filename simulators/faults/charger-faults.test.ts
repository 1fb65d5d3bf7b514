import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '#estate/random.ts';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import type { Action } from '../charger/actions.ts';
import type { EstatePlan, Protocol } from '../estate/plan.ts';
import type { Fleet, SimulatedCharger } from '../fleet.ts';
import { createTestBed, estateOfOne, promptCar, type TestBed, until } from '../specimens.ts';
import { connectorFault } from './connector-fault.ts';
import { cut } from './cut.ts';
import { duplicate } from './duplicate.ts';
import type { End } from './fault.ts';
import { late } from './late.ts';
import { malformed } from './malformed.ts';
import { reboot } from './reboot.ts';
import { reorder } from './reorder.ts';
import { repeatedIds } from './repeated-ids.ts';
import { befallen, type FrameKeeper, keepFrames } from './specimen-wire.ts';
import { staleClock } from './stale-clock.ts';
import { swallowedReplies } from './swallowed-replies.ts';
import { swappedTransactions } from './swapped-transactions.ts';

let bed: TestBed;
let central: FrameKeeper;
let fleet: Fleet;
beforeEach(async () => {
  [bed, central] = [await createTestBed(), await keepFrames()];
});
afterEach(async () => {
  await bed[Symbol.asyncDispose]();
  await central[Symbol.asyncDispose]();
});

/** A connected charger, its plan changed. */
async function chargerOf(protocol: Protocol, change: Partial<EstatePlan['chargers'][number]> = {}) {
  const estate = estateOfOne(protocol);
  const chargers = estate.chargers.map((each) => ({ ...each, registersWh: [1000, 2000], ...change }));
  fleet = await bed.fleet({ estate: { ...estate, chargers }, ocppUrl: central.url });
  const [charger] = fleet.chargers;
  if (!charger) throw new Error('The estate has no such charger.');
  return charger;
}

async function charge(charger: SimulatedCharger, evse = 1): Promise<void> {
  charger.plugIn(evse, promptCar());
  await charger.authorise(evse, `TOKEN${evse}`);
}
const truthOf = (charger: SimulatedCharger) => {
  const truth = charger.truth();
  return { ...truth, told: truth.sessions.map(({ told }) => told) };
};
const isSettled = (charger: SimulatedCharger) => truthOf(charger).told.every(({ waiting }) => waiting === 0);
const settled = (charger: SimulatedCharger) => until(() => isSettled(charger), 'everything is confirmed');
const events = () => central.calls('TransactionEvent').map(({ payload }) => payload);

describe('a fault of the protocol', () => {
  it('duplicate: each call leaves twice under one id, and is confirmed once', async () => {
    const charger = await chargerOf('ocpp1.6');
    const end = duplicate.begin(befallen({ chargers: [charger] }), { times: 2 });
    await charge(charger);
    charger.unplug(1);
    await settled(charger);
    for (const action of ['StartTransaction', 'StopTransaction']) {
      const [first, second, ...more] = central.calls(action);
      expect([first?.id, more.length]).toEqual([second?.id, 0]);
    }
    expect(truthOf(charger).told[0]?.confirmed).toMatchObject({ began: 1, ended: 1 });
    await end();
    await charge(charger);
    await settled(charger);
    expect(central.calls('StartTransaction')).toHaveLength(3);
  });

  it('malformed: what nobody can read leaves beside what is right, which is confirmed all the same', async () => {
    const charger = await chargerOf('ocpp1.6');
    const kinds = ['cut', 'types', 'unknown'] as const;
    malformed.begin(befallen({ chargers: [charger] }), { share: 1, kinds: [...kinds] });
    await charge(charger);
    await until(() => central.frames.length > 30, 'it talks');
    charger.unplug(1);
    await settled(charger);
    const unreadable = central.frames.filter((frame) => !isJson(frame));
    expect(unreadable.length).toBeGreaterThan(0);
    expect(central.calls('NoSuchAction').length).toBeGreaterThan(0);
    expect(central.frames.some((frame) => frame.includes('"connectorId":"one"'))).toBe(true);
    expect(truthOf(charger).told[0]).toMatchObject({ lost: 0, confirmed: { began: 1, ended: 1 } });
  });

  it.each([
    ['not-utf8', /invalid UTF-8/i],
    ['huge', /max payload size exceeded/i],
  ] as const)(
    'malformed: a frame that is %s ends the connection, and the charger says again what was lost',
    async (kind, why) => {
      const charger = await chargerOf('ocpp1.6');
      const end = malformed.begin(befallen({ chargers: [charger] }), { share: 1, kinds: [kind] });
      await charge(charger);
      await until(() => central.refused.length > 0, 'the connection was ended');
      await end();
      await settled(charger);
      expect(central.refused[0]).toMatch(why);
      expect(truthOf(charger).told[0]?.confirmed.began).toBe(1);
    },
  );

  it.each([
    ['with a new id', false],
    ['with the same id', true],
  ])('swallowed-replies: the charger gives up and asks again, %s', async (_, sameId) => {
    const charger = await chargerOf('ocpp1.6');
    const actions: Action[] = ['StartTransaction'];
    const draws = [0];
    const random = () => ({ ...seededRandom(1), next: () => draws.shift() ?? 1 });
    swallowedReplies.begin(befallen({ chargers: [charger] }, { random }), { share: 0.5, actions, sameId });
    await charge(charger);
    await until(() => central.calls('StartTransaction').length === 1, 'the start was told');
    expect(charger.transaction(1)).toBeNull();
    await until(() => central.handshakes() === 2, 'the charger gave the connection up');
    await settled(charger);
    const [first, again] = central.calls('StartTransaction');
    expect(again?.payload).toEqual(first?.payload);
    expect(again?.id === first?.id).toBe(sameId);
    expect(truthOf(charger).sessions.map(({ transaction }) => transaction)).toEqual(['2']);
  });

  it('reorder: of a session’s events each second one overtakes, but never its start or end', async () => {
    const charger = await chargerOf('ocpp2.0.1');
    const end = reorder.begin(befallen({ chargers: [charger] }), { patience: 5 * MINUTE });
    await charge(charger);
    await until(() => events().length >= 7, 'it told of the session');
    await end();
    charger.unplug(1);
    await settled(charger);
    const numbers = events().map(({ seqNo }) => seqNo);
    expect(numbers.slice(0, 7)).toEqual([0, 2, 1, 4, 3, 6, 5]);
    expect([events()[0]?.['eventType'], events().at(-1)?.['eventType']]).toEqual(['Started', 'Ended']);
    expect(numbers.toSorted((one, other) => Number(one) - Number(other))).toEqual(numbers.map((_, n) => n));
  });

  it('late: what tells of a session leaves late and in order, and heartbeats and statuses overtake it', async () => {
    const charger = await chargerOf('ocpp1.6');
    late.begin(befallen({ chargers: [charger] }), { delay: 8_000 });
    await charge(charger);
    const begun = truthOf(charger).sessions[0]?.startedAt ?? NaN;
    charger.unplug(1);
    await until(
      () => central.calls('StatusNotification').some(({ payload }) => payload['status'] === 'Charging'),
      'it said that it charges',
    );
    expect(central.calls('StartTransaction')).toHaveLength(0);
    await settled(charger);
    expect(Date.parse(String(central.calls('StartTransaction')[0]?.payload['timestamp']))).toBe(begun);
    expect(truthOf(charger).told[0]?.confirmed).toMatchObject({ began: 1, ended: 1 });
  });

  it.each([
    ['+3h', undefined, 3 * HOUR],
    ['-90s', undefined, -90_000],
    ['+0s', '1970-01-01', null],
    ['+0s', '2099-12-31', null],
  ])('stale-clock: %s, %s: all is stamped by it, and the truth knows both times', async (offBy, shows, expectedMs) => {
    const charger = await chargerOf('ocpp2.0.1');
    const startedAt = Date.now();
    staleClock.begin(befallen({ chargers: [charger] }), staleClock.parameters.parse({ offBy, shows }));
    await charge(charger);
    charger.unplug(1);
    await settled(charger);
    const [session] = truthOf(charger).sessions;
    const told = Date.parse(String(events()[0]?.['timestamp']));
    const off = expectedMs ?? Date.parse(String(shows)) - startedAt;
    // The clock of the test runs ten times as fast as that of the fault.
    expect(Math.abs(told - (session?.startedAt ?? NaN) - off)).toBeLessThan(5_000);
    expect(session?.told.startedAt).toBe(told);
    const status = central.calls('StatusNotification').at(-1)?.payload['timestamp'];
    expect(Math.abs(Date.parse(String(status)) - told)).toBeLessThan(DAY / 24);
  });

  it('repeated-ids: they count from 1, and again after a boot', async () => {
    const charger = await chargerOf('ocpp1.6', { bootsOnReconnect: true });
    repeatedIds.begin(befallen({ chargers: [charger] }), {});
    charger.cut(0);
    await until(() => central.calls('BootNotification').length === 2 && charger.isOnline(), 'it booted');
    await charge(charger);
    await settled(charger);
    charger.cut(0);
    await until(() => central.calls('BootNotification').length === 3 && charger.isOnline(), 'it booted again');
    charger.unplug(1);
    await settled(charger);
    expect(
      central
        .calls('BootNotification')
        .slice(1)
        .map(({ id }) => id),
    ).toEqual(['1', '1']);
    const [start, stop] = [central.calls('StartTransaction')[0], central.calls('StopTransaction')[0]];
    expect([Number(start?.id) > 1, Number(stop?.id) > 1]).toEqual([true, true]);
  });

  it('swapped-transactions: meter values of two sessions carry the transaction of the other, starts and stops their own', async () => {
    const charger = await chargerOf('ocpp1.6', { evses: 2 });
    await charge(charger, 1);
    await charge(charger, 2);
    await until(() => charger.transaction(1) !== null && charger.transaction(2) !== null, 'both are known');
    const own = new Map([1, 2].map((evse) => [evse, Number(charger.transaction(evse))]));
    const before = central.calls('MeterValues').length;
    const end = swappedTransactions.begin(befallen({ chargers: [charger] }), {});
    const swapped = () =>
      central
        .calls('MeterValues')
        .slice(before + 1)
        .map(({ payload }) => payload);
    await until(
      () => [1, 2].every((evse) => swapped().some(({ connectorId }) => connectorId === evse)),
      'both metered',
    );
    for (const { connectorId, transactionId } of swapped()) {
      expect(transactionId).toBe(own.get(3 - Number(connectorId)));
    }
    await end();
    charger.unplug(1);
    charger.unplug(2);
    await settled(charger);
    const stops = central
      .calls('StopTransaction')
      .map(({ payload }) => [payload['transactionId'], payload['meterStop']]);
    const ends = truthOf(charger).sessions.map(({ transaction, told }) => [Number(transaction), told.registerWh]);
    expect(stops).toEqual(expect.arrayContaining(ends));
  });

  it('cut: all stay away until the end, and come back within the time after it', async () => {
    const charger = await chargerOf('ocpp1.6');
    const end = cut.begin(befallen({ chargers: [charger] }), { backWithin: 5_000 });
    await until(() => !charger.isOnline(), 'it is gone');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([charger.isOnline(), central.handshakes()]).toEqual([false, 1]);
    await end();
    const endedAt = Date.now();
    await until(() => charger.isOnline(), 'it is back');
    expect(Date.now() - endedAt).toBeLessThan(10_000);
  });

  it('reboot: sessions end, and the charger boots', async () => {
    const charger = await chargerOf('ocpp1.6', { bootsOnReconnect: false });
    await charge(charger);
    reboot.begin(befallen({ chargers: [charger] }), { within: 0 });
    await until(() => central.calls('BootNotification').length === 2, 'it booted');
    await settled(charger);
    expect(central.calls('StopTransaction')[0]?.payload['reason']).toBe('HardReset');
  });

  it('connector-fault: an EVSE breaks, which ends its session, and is mended at the end', async () => {
    const charger = await chargerOf('ocpp1.6', { evses: 1 });
    await charge(charger);
    const end: End = connectorFault.begin(befallen({ chargers: [charger] }), { code: 'OverVoltage', evse: 2 });
    await settled(charger);
    expect(charger.status(1)).toBe('Faulted');
    await until(
      () => central.calls('StatusNotification').some(({ payload }) => payload['errorCode'] === 'OverVoltage'),
      'it told its error code',
    );
    await end();
    expect(charger.status(1)).toBe('Finishing');
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
