import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR } from '#estate/units.ts';
import type { Protocol } from '../estate/plan.ts';
import type { SimulatedCharger } from '../fleet.ts';
import { createTestBed, estateOfOne, promptCar, type TestBed, until } from '../specimens.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await createTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

const calls = (action: string) => bed.central.calls(action);
const events = (type: string) => calls('TransactionEvent').filter(({ payload }) => payload['eventType'] === type);
const profile = { stackLevel: 1, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' };
const schedule = (limit: number) => ({ chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] });

/** The same story in two languages. */
const VERSIONS: {
  protocol: Protocol;
  started: () => unknown[];
  ended: () => unknown[];
  start: (id: string) => Promise<Record<string, unknown>>;
  stop: (id: string, transaction: string) => Promise<Record<string, unknown>>;
  limit: (id: string, transaction: string, limitA: number) => Promise<Record<string, unknown>>;
}[] = [
  {
    protocol: 'ocpp1.6',
    started: () => calls('StartTransaction'),
    ended: () => calls('StopTransaction'),
    start: (id) => bed.central.call(id, 'RemoteStartTransaction', { connectorId: 1, idTag: 'REMOTE' }),
    stop: (id, transaction) => bed.central.call(id, 'RemoteStopTransaction', { transactionId: Number(transaction) }),
    limit: (id, transaction, limitA) =>
      bed.central.call(id, 'SetChargingProfile', {
        connectorId: 1,
        csChargingProfiles: {
          chargingProfileId: 1,
          transactionId: Number(transaction),
          ...profile,
          chargingSchedule: schedule(limitA),
        },
      }),
  },
  {
    protocol: 'ocpp2.0.1',
    started: () => events('Started'),
    ended: () => events('Ended'),
    start: (id) =>
      bed.central.call(id, 'RequestStartTransaction', {
        evseId: 1,
        remoteStartId: 77,
        idToken: { idToken: 'REMOTE', type: 'Central' },
      }),
    stop: (id, transactionId) => bed.central.call(id, 'RequestStopTransaction', { transactionId }),
    limit: (id, transactionId, limitA) =>
      bed.central.call(id, 'SetChargingProfile', {
        evseId: 1,
        chargingProfile: { id: 1, transactionId, ...profile, chargingSchedule: [{ id: 1, ...schedule(limitA) }] },
      }),
  },
];

const settled = (charger: SimulatedCharger) =>
  until(() => charger.truth().queued.length === 0, 'everything is confirmed');

describe.each(VERSIONS)('a session over $protocol', ({ protocol, started, ended, start, stop, limit }) => {
  it('is authorised, metered and confirmed, and its truth adds up', async () => {
    const charger = await bed.charger(protocol);
    charger.plugIn(1, promptCar());
    expect(await charger.authorise(1, 'TOKEN1')).toBe(true);
    await until(() => charger.truth().confirmed.some((each) => each.kind === 'sampled'), 'a meter value is confirmed');
    expect(await charger.authorise(1, 'TOKEN1')).toBe(true);
    charger.unplug(1);
    await settled(charger);

    const { sessions, confirmed } = charger.truth();
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.energyWh).toBeGreaterThan(1);
    expect([confirmed[0]?.kind, confirmed.at(-1)?.kind]).toEqual(['began', 'ended']);
    expect(confirmed.at(-1)?.registerWh).toBe(Math.floor(charger.registerWh(1)));
    expect(new Set(confirmed.map((each) => each.transaction))).toEqual(new Set([sessions[0]?.transaction]));
    expect([started().length, ended().length]).toEqual([1, 1]);
    expect(bed.central.faults).toEqual([]);
  });

  it('does not begin when the card is refused', async () => {
    const charger = await bed.charger(protocol);
    const usual = bed.central.answer;
    const blocked = { idTagInfo: { status: 'Blocked' }, idTokenInfo: { status: 'Blocked' } };
    bed.central.answer = (call) => (call.action === 'Authorize' ? blocked : usual(call));
    charger.plugIn(1);
    expect(await charger.authorise(1, 'BAD')).toBe(false);
    expect(charger.status(1)).toBe('Preparing');
    expect(started()).toHaveLength(0);
  });

  it('ends when the card turns out to be refused after it began', async () => {
    const charger = await bed.charger(protocol);
    const usual = bed.central.answer;
    const invalid = { transactionId: 5, idTagInfo: { status: 'Invalid' }, idTokenInfo: { status: 'Invalid' } };
    const begins = /StartTransaction|TransactionEvent/;
    bed.central.answer = (call) => (begins.test(call.action) && ended().length === 0 ? invalid : usual(call));
    charger.plugIn(1);
    await charger.authorise(1, 'LATER');
    await until(() => ended().length === 1, 'it was ended');
    expect(JSON.stringify(ended())).toContain('DeAuthorized');
  });

  it('goes on while the wire is down, and is told in order afterwards', async () => {
    const charger = await bed.charger(protocol);
    charger.cut(HOUR);
    await until(() => !charger.isOnline(), 'the wire is down');
    charger.plugIn(1, promptCar());
    expect(await charger.authorise(1, 'OFFLINE')).toBe(true);
    await until(() => charger.registerWh(1) > (charger.plan.registersWh[0] ?? 0), 'it charges');
    charger.unplug(1);
    expect(started()).toHaveLength(0);
    charger.cut(0);
    await settled(charger);
    const kinds = charger.truth().confirmed.map((each) => each.kind);
    expect([kinds[0], kinds.at(-1)]).toEqual(['began', 'ended']);
    expect([started().length, ended().length]).toEqual([1, 1]);
    expect(new Set(charger.truth().confirmed.map((each) => each.transaction)).size).toBe(1);
    expect(bed.central.faults).toEqual([]);
  });

  it('holds back all that follows a start until the start is confirmed', async () => {
    const charger = await bed.charger(protocol);
    const usual = bed.central.answer;
    bed.central.answer = (call) => (/StartTransaction|TransactionEvent/.test(call.action) ? null : usual(call));
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'TOKEN1');
    charger.unplug(1);
    await wait(100);
    expect([started().length, ended().length]).toEqual([1, 0]);
    bed.central.answer = usual;
    charger.cut(0);
    await settled(charger);
    expect([started().length, ended().length]).toEqual([2, 1]);
    expect(started()[1]).toEqual(started()[0]);
  });

  it('is told again after an error, and given up after three', async () => {
    const charger = await bed.charger(protocol);
    const usual = bed.central.answer;
    bed.central.answer = (call) =>
      /StartTransaction|TransactionEvent/.test(call.action) ? { error: 'InternalError' } : usual(call);
    charger.plugIn(1);
    await charger.authorise(1, 'TOKEN1');
    await until(() => charger.truth().queued[0]?.errors === 1, 'it was refused once');
    expect(charger.truth().refused).toHaveLength(0);
    await until(() => charger.truth().refused.length > 0, 'it was given up');
    expect(charger.truth().refused[0]).toMatchObject({ kind: 'began', errors: 3 });
  });

  it('starts, is limited and stops from afar', async () => {
    const charger = await bed.charger(protocol);
    charger.plugIn(1, promptCar());
    expect((await start(charger.id))['status']).toBe('Accepted');
    await until(() => charger.powerW(1) > 6000 && charger.transaction(1) !== null, 'the car charges');
    expect((await start(charger.id))['status']).toBe('Rejected');
    const transaction = charger.transaction(1) ?? '';
    expect((await limit(charger.id, transaction, 6))['status']).toBe('Accepted');
    await until(() => charger.powerW(1) === 6 * 3 * 230, 'the car takes 6 A');
    expect((await limit(charger.id, transaction, 0))['status']).toBe('Accepted');
    await until(() => charger.powerW(1) === 0, 'the car waits');
    expect(charger.status(1)).toBe('SuspendedEVSE');
    expect((await limit(charger.id, '999999', 6))['status']).toBe('Rejected');
    expect((await stop(charger.id, transaction))['status']).toBe('Accepted');
    await until(() => ended().length === 1, 'the stop was told');
    expect(charger.status(1)).toBe('Finishing');
    expect((await stop(charger.id, transaction))['status']).toBe('Rejected');
    expect(bed.central.faults).toEqual([]);
  });

  it('is resumed by the next process, with its transaction, its meter and its queue', async () => {
    const plan = estateOfOne(protocol);
    const fleet = await bed.fleet({ estate: plan });
    const charger = fleet.charger(plan.chargers[0]?.id ?? '');
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'TOKEN1');
    await until(() => charger.truth().confirmed.length > 1, 'it is confirmed');
    await charger.stop();
    await until(() => charger.truth().queued.length > 0, 'a message waits');
    const [transaction, registerWh, state] = [charger.transaction(1), charger.registerWh(1), fleet.snapshot()];
    await fleet.stop();

    const resumed = await bed.charger(protocol, { state });
    expect(resumed.transaction(1)).toBe(transaction);
    expect(resumed.registerWh(1)).toBeGreaterThanOrEqual(registerWh);
    resumed.unplug(1);
    await settled(resumed);
    expect([started().length, ended().length]).toEqual([1, 1]);
    const numbers = calls('TransactionEvent').map(({ payload }) => payload['seqNo']);
    expect(numbers).toEqual(numbers.map((_, n) => n));
    const names = [...calls('MeterValues'), ...calls('StopTransaction')].map(({ payload }) =>
      String(payload['transactionId']),
    );
    expect(names.every((each) => each === transaction)).toBe(true);
  });
});
