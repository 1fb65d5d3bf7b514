import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '#estate/clock.ts';
import { createCar } from './car.ts';
import { describeEstate } from './estate/describe.ts';
import type { EstatePlan } from './estate/plan.ts';
import { type Fleet, type FleetOptions, startFleet } from './fleet.ts';
import { type CentralSystem, startCentralSystem } from './test-central-system.ts';

const estate = describeEstate({ seed: 1, sites: 10 });
const only = (protocol: string): EstatePlan => ({
  ...estate,
  chargers: estate.chargers.filter((each) => each.protocol === protocol && !each.fault && !each.dc).slice(0, 1),
});
const one16 = only('ocpp1.6');
const one201 = only('ocpp2.0.1');

async function until(holds: () => boolean, what: string): Promise<void> {
  for (const giveUp = Date.now() + 10_000; !holds(); await wait(10)) {
    if (Date.now() > giveUp) throw new Error(`It never came to be that ${what}.`);
  }
}

/** A clock that runs ten times as fast as the wall's. */
function hurriedClock(): Clock {
  const begin = Date.now();
  return {
    now: () => begin + (Date.now() - begin) * 10,
    after: (delayMs, run) => systemClock.after(delayMs / 10, run),
    every: (periodMs, run) => systemClock.every(periodMs / 10, run),
    sleep: (delayMs, signal) => systemClock.sleep(delayMs / 10, signal),
  };
}

let central: CentralSystem;
let fleets: Fleet[] = [];
const start = async (options: Partial<FleetOptions> & { estate: EstatePlan }) => {
  const fleet = await startFleet({
    ocppUrl: central.url,
    secrets: (id) => `secret-of-${id}`,
    meterIntervalS: 1,
    ...options,
  });
  fleets.push(fleet);
  const charger = fleet.chargers[0];
  if (!charger) throw new Error('The fleet is empty.');
  return { fleet, charger };
};
beforeEach(async () => {
  central = await startCentralSystem();
});
afterEach(async () => {
  await Promise.all(fleets.map((fleet) => fleet.stop()));
  fleets = [];
  await central[Symbol.asyncDispose]();
  expect(central.faults).toEqual([]);
});

describe('a fleet', () => {
  it('connects each charger with its own secret and version, boots it and tells its statuses', async () => {
    const { fleet } = await start({ estate });
    expect(fleet.chargers.every((each) => each.isOnline())).toBe(true);
    expect(central.handshakes).toHaveLength(estate.chargers.length);
    for (const { identity, password, protocol } of central.handshakes) {
      expect(password).toBe(`secret-of-${identity}`);
      expect(protocol).toBe(estate.chargers.find((each) => each.id === identity)?.protocol);
    }
    const evses = estate.chargers.reduce((sum, each) => sum + each.evses + (each.protocol === 'ocpp1.6' ? 1 : 0), 0);
    await until(() => central.calls('StatusNotification').length === evses, 'each connector told its status');
    const faulted = estate.chargers.find((each) => each.fault);
    expect(
      central
        .calls('StatusNotification')
        .find((each) => each.identity === faulted?.id && JSON.stringify(each.payload).includes('Faulted')),
    ).toBeDefined();
  });

  it('says which charger was not accepted in time', async () => {
    central.answer = () => ({ status: 'Rejected', currentTime: new Date().toISOString(), interval: 60 });
    await expect(start({ estate: one16, connectWithinMs: 2000 })).rejects.toThrow(
      /1 chargers, IT-PGR-.* not accepted within 2 s/,
    );
  });
});

describe.each([
  ['1.6', one16],
  ['2.0.1', one201],
])('a session over OCPP %s', (version, plan) => {
  const old = version === '1.6';
  const started = () => (old ? central.calls('StartTransaction') : eventsOf('Started'));
  const ended = () => (old ? central.calls('StopTransaction') : eventsOf('Ended'));
  const eventsOf = (type: string) =>
    central.calls('TransactionEvent').filter((each) => each.payload['eventType'] === type);

  it('is authorised, metered and confirmed, and its truth adds up', async () => {
    const { charger } = await start({ estate: plan });
    charger.plugIn(1, createCar({ delayMs: 0 }));
    expect(await charger.authorise(1, 'TOKEN1')).toBe(true);
    await until(() => charger.powerW(1) > 3000, 'the car charges');
    await wait(220);
    expect(await charger.authorise(1, 'TOKEN1')).toBe(true);
    charger.unplug(1);
    await until(() => charger.truth().queued.length === 0, 'everything is confirmed');

    const truth = charger.truth();
    expect(truth.sessions).toHaveLength(1);
    expect(truth.sessions[0]?.energyWh).toBeGreaterThan(1);
    expect(truth.confirmed.at(0)?.kind).toBe('began');
    expect(truth.confirmed.at(-1)?.kind).toBe('ended');
    expect(truth.confirmed.at(-1)?.registerWh).toBe(Math.floor(charger.registerWh(1)));
    expect(truth.confirmed.filter((each) => each.kind === 'sampled').length).toBeGreaterThanOrEqual(1);
    expect(new Set(truth.confirmed.map((each) => each.transaction)).size).toBe(1);
    if (!old) expect(truth.confirmed.map((each) => each.seqNo)).toEqual(truth.confirmed.map((_, n) => n));
  });

  it('does not begin when the card is refused', async () => {
    const { charger } = await start({ estate: plan });
    const usual = central.answer;
    central.answer = (call) =>
      call.action === 'Authorize'
        ? { idTagInfo: { status: 'Blocked' }, idTokenInfo: { status: 'Blocked' } }
        : usual(call);
    charger.plugIn(1);
    expect(await charger.authorise(1, 'BAD')).toBe(false);
    expect(charger.status(1)).toBe('Preparing');
    expect(started()).toHaveLength(0);
  });

  it('goes on while the wire is down, and tells everything in order afterwards', async () => {
    const { charger } = await start({ estate: plan });
    charger.cut(2500);
    await until(() => !charger.isOnline(), 'the wire is down');
    charger.plugIn(1, createCar({ delayMs: 0 }));
    expect(await charger.authorise(1, 'OFFLINE')).toBe(true);
    await wait(120);
    charger.unplug(1);
    expect(started()).toHaveLength(0);
    await until(() => charger.truth().queued.length === 0, 'the queue is empty');
    expect(charger.isOnline()).toBe(true);
    const kinds = charger.truth().confirmed.map((each) => each.kind);
    expect([kinds[0], kinds.at(-1)]).toEqual(['began', 'ended']);
    expect(ended()).toHaveLength(1);
    if (old)
      expect(new Set(central.calls('StopTransaction').map((each) => each.payload['transactionId']))).toEqual(
        new Set([101]),
      );
    else expect(started()[0]?.payload['offline']).toBe(true);
  });

  it('holds back all that follows a start until the start is confirmed', async () => {
    const { charger } = await start({ estate: plan });
    const usual = central.answer;
    let silent = true;
    central.answer = (call) => (silent && /StartTransaction|TransactionEvent/.test(call.action) ? null : usual(call));
    charger.plugIn(1, createCar({ delayMs: 0 }));
    await charger.authorise(1, 'TOKEN1');
    charger.unplug(1);
    await wait(300);
    expect(started()).toHaveLength(1);
    expect(ended()).toHaveLength(0);
    silent = false;
    charger.cut(0);
    await until(() => charger.truth().queued.length === 0, 'the queue is empty');
    expect(started()).toHaveLength(2);
    expect(ended()).toHaveLength(1);
  });

  it('gives a message up only after three errors', async () => {
    const { charger } = await start({ estate: plan });
    const usual = central.answer;
    central.answer = (call) =>
      /StartTransaction|TransactionEvent/.test(call.action) ? { error: 'InternalError' } : usual(call);
    charger.plugIn(1);
    await charger.authorise(1, 'TOKEN1');
    await until(() => started().length === 1, 'the start was sent');
    expect(charger.truth().refused).toHaveLength(0);
    expect(charger.truth().queued[0]?.errors).toBe(1);
  });

  it('starts and stops from afar, within the limit of a profile', async () => {
    const { charger } = await start({ estate: plan });
    charger.plugIn(1, createCar({ delayMs: 0 }));
    const startAnswer = old
      ? await central.call(charger.id, 'RemoteStartTransaction', { connectorId: 1, idTag: 'REMOTE' })
      : await central.call(charger.id, 'RequestStartTransaction', {
          evseId: 1,
          remoteStartId: 77,
          idToken: { idToken: 'REMOTE', type: 'Central' },
        });
    expect(startAnswer['status']).toBe('Accepted');
    await until(() => charger.powerW(1) > 0 && charger.transaction(1) !== null, 'the car charges');
    if (!old) expect(started()[0]?.payload['transactionInfo']).toMatchObject({ remoteStartId: 77 });
    const transaction = charger.transaction(1) ?? '';
    expect((await setLimit(charger.id, transaction, 6))['status']).toBe('Accepted');
    await until(() => charger.powerW(1) <= 6 * 3 * 230 && charger.powerW(1) > 0, 'the car obeys 6 A');
    expect((await setLimit(charger.id, transaction, 0))['status']).toBe('Accepted');
    await until(() => charger.powerW(1) === 0 && charger.status(1) === 'SuspendedEVSE', 'the car waits');
    expect((await setLimit(charger.id, '999999', 6))['status']).toBe('Rejected');
    const stop = old ? { transactionId: Number(transaction) } : { transactionId: transaction };
    const action = old ? 'RemoteStopTransaction' : 'RequestStopTransaction';
    expect((await central.call(charger.id, action, stop))['status']).toBe('Accepted');
    await until(() => ended().length === 1, 'the stop was told');
    expect(charger.status(1)).toBe('Finishing');
    expect((await central.call(charger.id, action, stop))['status']).toBe('Rejected');
  });

  const setLimit = (id: string, transaction: string, limit: number) => {
    const periods = [{ startPeriod: 0, limit, numberPhases: 3 }];
    const rest = { stackLevel: 1, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' };
    const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: periods };
    return old
      ? central.call(id, 'SetChargingProfile', {
          connectorId: 1,
          csChargingProfiles: {
            chargingProfileId: 1,
            transactionId: Number(transaction),
            ...rest,
            chargingSchedule: schedule,
          },
        })
      : central.call(id, 'SetChargingProfile', {
          evseId: 1,
          chargingProfile: { id: 1, transactionId: transaction, ...rest, chargingSchedule: [{ id: 1, ...schedule }] },
        });
  };

  it('answers the rest of what it may be asked honestly', async () => {
    const { charger } = await start({ estate: plan });
    const ask = async (action: string, payload: object) => (await central.call(charger.id, action, payload))['status'];
    expect(await central.call(charger.id, 'CancelReservation', { reservationId: 1 })).toEqual({
      error: 'NotImplemented',
    });
    expect(await central.call(charger.id, 'constructor', {})).toEqual({ error: 'NotImplemented' });
    expect(await central.call(charger.id, 'Reset', { type: 'Sideways' })).toEqual({
      error: old ? 'FormationViolation' : 'FormatViolation',
    });
    if (old) {
      expect(await ask('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '7' })).toBe('Accepted');
      expect(await ask('ChangeConfiguration', { key: 'NumberOfConnectors', value: '7' })).toBe('Rejected');
      expect(await ask('ChangeConfiguration', { key: '__proto__', value: '7' })).toBe('NotSupported');
      const { configurationKey } = await central.call(charger.id, 'GetConfiguration', {
        key: ['MeterValueSampleInterval'],
      });
      expect(configurationKey).toEqual([{ key: 'MeterValueSampleInterval', readonly: false, value: '7' }]);
      expect(await ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toBe('Accepted');
      expect(await ask('ChangeAvailability', { connectorId: 9, type: 'Inoperative' })).toBe('Rejected');
      expect(await ask('UnlockConnector', { connectorId: 9 })).toBe('NotSupported');
      expect(await ask('TriggerMessage', { requestedMessage: 'Heartbeat' })).toBe('Accepted');
    } else {
      const interval = { component: { name: 'SampledDataCtrlr' }, variable: { name: 'TxUpdatedInterval' } };
      const set = {
        setVariableData: [
          { ...interval, attributeValue: '7' },
          { ...interval, attributeValue: 'x' },
        ],
      };
      expect(await central.call(charger.id, 'SetVariables', set)).toMatchObject({
        setVariableResult: [{ attributeStatus: 'Accepted' }, { attributeStatus: 'Rejected' }],
      });
      expect(await central.call(charger.id, 'GetVariables', { getVariableData: [interval] })).toMatchObject({
        getVariableResult: [{ attributeStatus: 'Accepted', attributeValue: '7' }],
      });
      expect(await ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 1 } })).toBe('Accepted');
      expect(await ask('UnlockConnector', { evseId: 9, connectorId: 1 })).toBe('UnknownConnector');
      expect(await ask('TriggerMessage', { requestedMessage: 'Heartbeat' })).toBe('Accepted');
    }
    await until(() => central.calls('Heartbeat').length > 0, 'the heartbeat was sent');
    expect(charger.status(1)).toBe('Unavailable');
    expect(await ask('Reset', old ? { type: 'Hard' } : { type: 'Immediate' })).toBe('Accepted');
    await until(() => !charger.isOnline(), 'it reboots');
  });

  it('is resumed by the next process, with its transaction, its numbers and its queue', async () => {
    const first = await start({ estate: plan });
    first.charger.plugIn(1, createCar({ delayMs: 0 }));
    await first.charger.authorise(1, 'TOKEN1');
    await until(
      () => first.charger.transaction(1) !== null && first.charger.truth().confirmed.length > 1,
      'it is confirmed',
    );
    const transaction = first.charger.transaction(1);
    await first.charger.stop();
    await wait(110);
    const register = first.charger.registerWh(1);
    const state = first.fleet.snapshot();
    const queued = first.charger.truth().queued.length;
    await first.fleet.stop();
    expect(queued).toBeGreaterThan(0);

    const second = await start({ estate: plan, state: JSON.parse(JSON.stringify(state)) as typeof state });
    expect(second.charger.transaction(1)).toBe(transaction);
    expect(second.charger.registerWh(1)).toBeGreaterThanOrEqual(register);
    second.charger.unplug(1);
    await until(() => second.charger.truth().queued.length === 0, 'the queue is empty');
    expect(started()).toHaveLength(1);
    expect(ended()).toHaveLength(1);
    if (!old) {
      const numbers = central.calls('TransactionEvent').map((each) => each.payload['seqNo']);
      expect(numbers).toEqual(numbers.map((_, n) => n));
    }
  });
});

describe('a fleet with drivers and a past', () => {
  it('has lived: past sessions in order, some running, and power that agrees with energy', async () => {
    const { fleet } = await start({ estate, drivers: true, historyHours: 24, meterIntervalS: 60 });
    await until(() => fleet.truth().every((each) => each.queued.length === 0), 'all history is told');
    const sessions = fleet.truth().flatMap((each) => each.sessions);
    expect(sessions.filter((each) => each.endedAt !== null).length).toBeGreaterThan(estate.chargers.length);
    for (const each of sessions) expect(each.energyWh).toBeGreaterThanOrEqual(0);
    const confirmed = fleet.truth().flatMap((each) => each.confirmed);
    expect(confirmed.filter((each) => each.kind === 'ended')).toHaveLength(
      sessions.filter((each) => each.endedAt !== null).length,
    );
  });
});
