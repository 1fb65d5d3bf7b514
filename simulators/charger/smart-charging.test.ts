import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isoTime } from '#estate/units.ts';
import type { Protocol } from '../estate/plan.ts';
import type { SimulatedCharger } from '../fleet.ts';
import { createTestBed, promptCar, type TestBed, until } from '../specimens.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await createTestBed();
});
afterEach(async () => {
  await bed[Symbol.asyncDispose]();
  if (bed.central.faults.length > 0) throw new Error(bed.central.faults.join('\n'));
});

const START = '2026-01-01T00:00:00.000Z';
const PROTOCOLS: Protocol[] = ['ocpp1.6', 'ocpp2.0.1'];

/** Sets a profile in the words of the version. */
function set(
  charger: SimulatedCharger,
  profile: { id: number; evse: number; limit: number } & Record<string, unknown>,
) {
  const { id, evse, limit, ...given } = profile;
  const schedule = {
    startSchedule: START,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 32 },
      { startPeriod: 60, limit },
    ],
  };
  const head = { stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute', ...given };
  return charger.plan.protocol === 'ocpp1.6'
    ? bed.central.call(charger.id, 'SetChargingProfile', {
        connectorId: evse,
        csChargingProfiles: { chargingProfileId: id, ...head, chargingSchedule: schedule },
      })
    : bed.central.call(charger.id, 'SetChargingProfile', {
        evseId: evse,
        chargingProfile: { id, ...head, chargingSchedule: [{ id, ...schedule }] },
      });
}

describe.each(PROTOCOLS)('a charger of %s', (protocol) => {
  it('tells the composite schedule of its profiles, and of an EVSE that it does not have none', async () => {
    const charger = await bed.charger(protocol);
    expect(await set(charger, { id: 1, evse: 1, limit: 10 })).toEqual({ status: 'Accepted' });
    const place = protocol === 'ocpp1.6' ? 'connectorId' : 'evseId';
    const ask = (evse: number) =>
      bed.central.call(charger.id, 'GetCompositeSchedule', { [place]: evse, duration: 600, chargingRateUnit: 'A' });
    const answer = await ask(1);
    const schedule = protocol === 'ocpp1.6' ? answer['chargingSchedule'] : answer['schedule'];
    expect(answer['status']).toBe('Accepted');
    expect(schedule).toMatchObject({
      duration: 600,
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 10, numberPhases: 3 }],
    });
    expect(await ask(9)).toMatchObject({ status: 'Rejected' });
  });

  it('does not clear what others have set', async () => {
    const charger = await bed.charger(protocol);
    charger.limitFromOutside({ source: 'EMS', evse: 0, limitA: 8 });
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'CARD');
    await until(() => Math.abs(charger.powerW(1) - 8 * 690) < 1, 'the car takes what is left');
    expect(await bed.central.call(charger.id, 'ClearChargingProfile', {})).toEqual({ status: 'Unknown' });
    charger.limitFromOutside({ source: 'EMS', evse: 0, limitA: null });
    await until(() => charger.powerW(1) > 10_000, 'the car takes all it can');
  });
});

describe('a station of 2.0.1', () => {
  it('reports its profiles in parts, by EVSE and source', async () => {
    const charger = await bed.charger('ocpp2.0.1');
    for (const [n, evse] of [0, 1, 1, 1].entries()) await set(charger, { id: n + 1, evse, limit: 10, stackLevel: n });
    charger.limitFromOutside({ source: 'SO', evse: 0, limitA: 20 });
    const ask = (requestId: number, chargingProfile: object) =>
      bed.central.call(charger.id, 'GetChargingProfiles', { requestId, chargingProfile });
    expect(await ask(7, { chargingLimitSource: ['CSO', 'SO'] })).toEqual({ status: 'Accepted' });
    const parts = () => bed.central.calls('ReportChargingProfiles').map(({ payload }) => payload);
    await until(() => parts().length === 4, 'all parts have come');
    expect(parts()).toMatchObject([
      { requestId: 7, evseId: 0, chargingLimitSource: 'CSO', tbc: true, chargingProfile: [{ id: 1 }] },
      { requestId: 7, evseId: 1, tbc: true, chargingProfile: [{ id: 2 }, { id: 3 }] },
      {
        requestId: 7,
        evseId: 1,
        tbc: true,
        chargingProfile: [{ id: 4, chargingSchedule: [{ startSchedule: START }] }],
      },
      { requestId: 7, evseId: 0, chargingLimitSource: 'SO', chargingProfile: [{ id: -1 }] },
    ]);
    expect(parts()[3]).not.toHaveProperty('tbc');
    expect(await ask(8, { chargingProfileId: [99] })).toEqual({ status: 'NoProfiles' });
  });

  it('says why it takes no profile', async () => {
    const charger = await bed.charger('ocpp2.0.1');
    await set(charger, { id: 1, evse: 1, limit: 10 });
    expect(await set(charger, { id: 2, evse: 1, limit: 8 })).toEqual({
      status: 'Rejected',
      statusInfo: { reasonCode: 'DuplicateProfile' },
    });
    const ofNone = { chargingProfilePurpose: 'TxProfile', transactionId: 'unknown' };
    expect(await set(charger, { id: 3, evse: 1, limit: 8, ...ofNone })).toMatchObject({
      statusInfo: { reasonCode: 'TxNotFound' },
    });
  });

  it('tells of a limit that others set, and that they lift', async () => {
    const charger = await bed.charger('ocpp2.0.1');
    charger.limitFromOutside({ source: 'SO', evse: 1, limitA: 9 });
    charger.limitFromOutside({ source: 'SO', evse: 1, limitA: null });
    await until(() => bed.central.calls('ClearedChargingLimit').length > 0, 'it is told');
    expect(bed.central.calls('NotifyChargingLimit')[0]?.payload).toMatchObject({
      evseId: 1,
      chargingLimit: { chargingLimitSource: 'SO', isGridCritical: true },
      chargingSchedule: [{ chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 9 }] }],
    });
    expect(bed.central.calls('ClearedChargingLimit')[0]?.payload).toEqual({ chargingLimitSource: 'SO', evseId: 1 });
  });

  it('hands on what a car says that speaks ISO 15118: its needs, then how it will follow its limit', async () => {
    const departsAt = Date.UTC(2026, 4, 12, 18);
    const charger = await bed.charger('ocpp2.0.1');
    const car = { ...promptCar(), iso15118: { departsAt } };
    bed.central.answer = (
      (before) => (call) =>
        call.action.startsWith('NotifyEV') ? { status: 'Accepted' } : before(call)
    )(bed.central.answer);
    charger.plugIn(1, car);
    await charger.authorise(1, 'CARD');
    await until(() => bed.central.calls('NotifyEVChargingNeeds').length > 0, 'the needs are told');
    expect(bed.central.calls('NotifyEVChargingNeeds')[0]?.payload).toEqual({
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_three_phase',
        departureTime: isoTime(departsAt),
        acChargingParameters: { energyAmount: 33_333, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 230 },
      },
    });
    const transactionId = charger.transaction(1) ?? '';
    await set(charger, { id: 4, evse: 1, limit: 10, chargingProfilePurpose: 'TxProfile', transactionId });
    await until(() => bed.central.calls('NotifyEVChargingSchedule').length > 0, 'the schedule is told');
    expect(bed.central.calls('NotifyEVChargingSchedule')[0]?.payload).toMatchObject({
      evseId: 1,
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
    });
  });
});
