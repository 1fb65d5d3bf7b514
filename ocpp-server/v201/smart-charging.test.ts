import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ChargingFact } from '#estate/fact.ts';
import { HOUR } from '#estate/units.ts';
import { openExchange, type Exchange } from '../specimens/exchange.ts';
import { openServer, TEN, type Specimen } from '../specimens/server.ts';

let specimen: Specimen;
let station: Exchange;
let count = 0;
let facts: ChargingFact[] = [];
beforeAll(async () => {
  specimen = await openServer();
  specimen.charging.facts.listen((fact) => void (fact.kind === 'charging-limit' && facts.push(fact)));
});
afterAll(() => specimen[Symbol.asyncDispose]());
beforeEach(async () => {
  facts = [];
  station = await openExchange(specimen, { id: `P${++count}`, protocol: 'ocpp2.0.1' });
});

const ACCEPTED = { status: 'Accepted' };
const requestId = expect.any(Number) as number;
const installed = () => specimen.charging.profiles.list(station.id, specimen.clock.now());
const numbers = async () => (await installed()).map(({ number }) => number);
const limitOn = (evse: number) => station.command({ command: 'limit', evse, limitA: 16 }, ACCEPTED);
const schedule = (limit: number) => ({
  id: 1,
  chargingRateUnit: 'A',
  chargingSchedulePeriod: [{ startPeriod: 0, limit }],
});
/** The station begins a transaction on EVSE 1. */
const begin = (transactionId: string) =>
  station.wire.call('TransactionEvent', {
    eventType: 'Started',
    timestamp: '2026-05-18T10:00:00Z',
    triggerReason: 'CablePluggedIn',
    seqNo: 0,
    transactionInfo: { transactionId },
    evse: { id: 1, connectorId: 1 },
  });

describe('SetChargingProfile:', () => {
  test('a profile of a transaction leaves as it is, and is believed installed while that runs', async () => {
    await begin('tx-1');
    const profile = {
      command: 'set-profile',
      number: 77,
      evse: 1,
      purpose: 'transaction',
      transaction: 'tx-1',
      periods: [{ startS: 0, limit: 16 }],
    };
    expect(await station.command(profile, ACCEPTED)).toMatchObject({
      action: 'SetChargingProfile',
      payload: {
        evseId: 1,
        chargingProfile: {
          id: 77,
          stackLevel: 1,
          chargingProfilePurpose: 'TxProfile',
          chargingProfileKind: 'Absolute',
          transactionId: 'tx-1',
          chargingSchedule: [
            {
              id: 77,
              startSchedule: '2026-05-18T10:00:00.000Z',
              chargingRateUnit: 'A',
              chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
            },
          ],
        },
      },
      result: { outcome: 'accepted' },
    });
    expect(await installed()).toMatchObject([{ number: 77, transaction: 'tx-1', startsAt: TEN }]);
  });

  test('two of one purpose and level stand beside each other where the station takes both', async () => {
    await limitOn(1);
    const alike = { command: 'set-profile', number: 500, evse: 1, purpose: 'default', kind: 'relative' };
    const periods = [{ startS: 0, limit: 8 }];
    await station.command({ ...alike, periods, validFrom: '2026-06-01T00:00:00Z' }, ACCEPTED);
    expect(await numbers()).toEqual([3, 500]);
    await station.command({ ...alike, number: 501, periods }, { status: 'Rejected' });
    expect(await numbers()).toEqual([3, 500]);
  });

  test('a default holds for all EVSEs, below every limit', async () => {
    const { payload } = await station.command({ command: 'default-limit', limitA: 8 }, ACCEPTED);
    expect(payload).toMatchObject({
      evseId: 0,
      chargingProfile: { id: 2, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile' },
    });
  });
});

describe('ClearChargingProfile:', () => {
  test.each<[object, object, number[]]>([
    [{ number: 3 }, { chargingProfileId: 3 }, [5]],
    [{ evse: 2 }, { chargingProfileCriteria: { evseId: 2 } }, [3]],
    [
      { purpose: 'default', stackLevel: 1 },
      { chargingProfileCriteria: { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 1 } },
      [],
    ],
  ])('%j leaves as %j, and what it names is believed gone', async (criteria, payload, left) => {
    await limitOn(1);
    await limitOn(2);
    const sent = await station.command({ command: 'clear-profiles', ...criteria }, ACCEPTED);
    expect([sent.action, sent.payload]).toEqual(['ClearChargingProfile', payload]);
    expect(await numbers()).toEqual(left);
  });

  test('all are cleared purpose by purpose', async () => {
    await limitOn(1);
    const done = specimen.server.command(station.id, { command: 'clear-profiles' });
    const cleared = [];
    for (let call = 0; call < 3; call++) {
      const [, id, , payload] = await station.wire.next();
      cleared.push(payload);
      station.wire.send(JSON.stringify([3, id, { status: 'Unknown' }]));
    }
    const named = (chargingProfilePurpose: string) => ({ chargingProfileCriteria: { chargingProfilePurpose } });
    expect(cleared).toEqual(['ChargingStationMaxProfile', 'TxDefaultProfile', 'TxProfile'].map(named));
    expect(await done).toMatchObject({ outcome: 'accepted' });
    expect(await numbers()).toEqual([]);
  });
});

describe('GetCompositeSchedule:', () => {
  test('the schedule that is told is kept with its times', async () => {
    const told = { evseId: 1, duration: 1_800, scheduleStart: '2026-05-18T10:00:00Z', ...schedule(16) };
    const sent = await station.command(
      { command: 'composite-schedule', evse: 1, durationS: 3_600, unit: 'W' },
      {
        ...ACCEPTED,
        schedule: told,
      },
    );
    expect(sent).toMatchObject({
      action: 'GetCompositeSchedule',
      payload: { evseId: 1, duration: 3_600, chargingRateUnit: 'W' },
    });
    expect(await specimen.charging.profiles.schedules(station.id)).toMatchObject([
      { kind: 'composite', evse: 1, startsAt: TEN, durationS: 1_800, unit: 'A', periods: [{ startS: 0, limit: 16 }] },
    ]);
  });
});

describe('GetChargingProfiles:', () => {
  test.each<[object, object]>([
    [{}, { requestId, chargingProfile: { chargingLimitSource: ['EMS', 'Other', 'SO', 'CSO'] } }],
    [
      { evse: 1, purpose: 'default' },
      { requestId, evseId: 1, chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } },
    ],
    [{ numbers: [3, 4] }, { requestId, chargingProfile: { chargingProfileId: [3, 4] } }],
    [{ source: 'SO' }, { requestId, chargingProfile: { chargingLimitSource: ['SO'] } }],
  ])('%j leaves as %j', async (criteria, payload) => {
    const sent = await station.command({ command: 'get-profiles', ...criteria }, ACCEPTED);
    expect(sent).toMatchObject({ action: 'GetChargingProfiles', result: { outcome: 'accepted' } });
    expect(sent.payload).toEqual(payload);
  });

  test('a station that has none is believed', async () => {
    await limitOn(1);
    const { result } = await station.command({ command: 'get-profiles' }, { status: 'NoProfiles' });
    expect(result).toMatchObject({ outcome: 'accepted' });
    expect(await numbers()).toEqual([]);
  });
});

describe('ReportChargingProfiles:', () => {
  test('what the station tells in parts takes the place of what we believed', async () => {
    await limitOn(1);
    await limitOn(2);
    await specimen.clock.advance(1);
    const { payload } = await station.command({ command: 'get-profiles' }, ACCEPTED);
    const profile = {
      id: 3,
      stackLevel: 1,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
    };
    const part = { requestId: payload['requestId'], chargingLimitSource: 'CSO', evseId: 1 };
    const own = { ...profile, chargingSchedule: [schedule(12)] };
    await station.wire.call('ReportChargingProfiles', { ...part, tbc: true, chargingProfile: [own] });
    expect(await numbers()).toEqual([3, 5]);
    const foreign = { ...own, id: -7, chargingProfilePurpose: 'ChargingStationExternalConstraints' };
    const last = { ...part, chargingLimitSource: 'EMS', evseId: 0, chargingProfile: [foreign] };
    expect(await station.wire.call('ReportChargingProfiles', last)).toEqual([3, expect.any(String), {}]);
    expect(await installed()).toMatchObject([
      { number: -7, evse: 0, purpose: 'external', source: 'reported' },
      { number: 3, evse: 1, purpose: 'default', source: 'reported', periods: [{ limit: 12 }] },
    ]);
  });
});

describe('NotifyChargingLimit:', () => {
  test('a limit of another is kept by EVSE and told as a fact', async () => {
    const chargingLimit = { chargingLimitSource: 'EMS', isGridCritical: true };
    const payload = { evseId: 1, chargingLimit, chargingSchedule: [schedule(10)] };
    expect(await station.wire.call('NotifyChargingLimit', payload)).toEqual([3, expect.any(String), {}]);
    await station.wire.call('NotifyChargingLimit', { chargingLimit: { chargingLimitSource: 'SO' } });
    expect(await specimen.charging.profiles.externalLimits(station.id)).toMatchObject([
      { evse: 0, source: 'SO', gridCritical: null, schedule: null },
      { evse: 1, source: 'EMS', gridCritical: true, schedule: { unit: 'A', periods: [{ limit: 10 }] } },
    ]);
    expect(facts).toMatchObject([
      { evse: 1, source: 'EMS', limitA: 10 },
      { evse: 0, source: 'SO', limitA: null },
    ]);
  });
});

describe('ClearedChargingLimit:', () => {
  test('the limit of that source is gone', async () => {
    const chargingLimit = { chargingLimitSource: 'EMS' };
    await station.wire.call('NotifyChargingLimit', { evseId: 1, chargingLimit, chargingSchedule: [schedule(10)] });
    const payload = { chargingLimitSource: 'EMS', evseId: 1 };
    expect(await station.wire.call('ClearedChargingLimit', payload)).toEqual([3, expect.any(String), {}]);
    expect(await specimen.charging.profiles.externalLimits(station.id)).toEqual([]);
    expect(facts.at(-1)).toMatchObject({ evse: 1, source: 'EMS', limitA: null });
  });
});

describe('NotifyEVChargingNeeds:', () => {
  const needs = {
    evseId: 1,
    maxScheduleTuples: 3,
    chargingNeeds: {
      requestedEnergyTransfer: 'AC_three_phase',
      departureTime: '2026-05-18T14:00:00Z',
      acChargingParameters: { energyAmount: 20_000, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 400 },
    },
  };

  test('what the car asks for is kept with its session; the answer says whether a profile is there', async () => {
    await begin('tx-needs');
    expect(await station.wire.call('NotifyEVChargingNeeds', needs)).toEqual([
      3,
      expect.any(String),
      { status: 'Processing' },
    ]);
    const [session] = await specimen.charging.sessions({ charger: station.id, limit: 1 });
    expect(await specimen.charging.profiles.needs(station.id)).toEqual([
      {
        charger: station.id,
        evse: 1,
        session: session?.id,
        at: specimen.clock.now(),
        mode: 'ac',
        phases: 3,
        energyWh: 20_000,
        departsAt: TEN + 4 * HOUR,
        maxCurrentA: 16,
        maxPowerW: null,
        socPercent: null,
      },
    ]);
    await station.command({ command: 'limit', evse: 1, limitA: 16, transaction: 'tx-needs' }, ACCEPTED);
    expect(await station.wire.call('NotifyEVChargingNeeds', needs)).toMatchObject([3, {}, { status: 'Accepted' }]);
  });

  test('a car at direct current tells its power and its state of charge', async () => {
    await begin('tx-dc');
    const dcChargingParameters = { evMaxCurrent: 250, evMaxVoltage: 500, evMaxPower: 120_000, stateOfCharge: 30 };
    await station.wire.call('NotifyEVChargingNeeds', {
      evseId: 1,
      chargingNeeds: { requestedEnergyTransfer: 'DC', dcChargingParameters },
    });
    const dc = { mode: 'dc', phases: null, energyWh: null, departsAt: null, maxPowerW: 120_000, socPercent: 30 };
    expect(await specimen.charging.profiles.needs(station.id)).toMatchObject([dc]);
  });
});

describe('NotifyEVChargingSchedule:', () => {
  test('what the car means to take is kept', async () => {
    const payload = {
      timeBase: '2026-05-18T10:00:00Z',
      evseId: 1,
      chargingSchedule: { ...schedule(12), duration: 600 },
    };
    expect(await station.wire.call('NotifyEVChargingSchedule', payload)).toMatchObject([3, {}, ACCEPTED]);
    expect(await specimen.charging.profiles.schedules(station.id)).toMatchObject([
      { kind: 'car', evse: 1, startsAt: TEN, durationS: 600, periods: [{ limit: 12 }] },
    ]);
  });
});

describe('RequestStartTransaction:', () => {
  test('a limit goes with the start, and is believed installed for what begins', async () => {
    const { payload } = await station.command({ command: 'start', token: 'CARD', evse: 1, limitA: 10 }, ACCEPTED);
    expect(payload).toMatchObject({ evseId: 1, chargingProfile: { id: 4, chargingProfilePurpose: 'TxProfile' } });
    expect(await installed()).toMatchObject([{ number: 4, evse: 1, purpose: 'transaction', transaction: null }]);
  });
});
