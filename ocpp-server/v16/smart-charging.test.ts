import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '#estate/units.ts';
import { openExchange, type Exchange } from '../specimens/exchange.ts';
import { openServer, TEN, type Specimen } from '../specimens/server.ts';

let specimen: Specimen;
let station: Exchange;
let count = 0;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());
beforeEach(async () => {
  station = await openExchange(specimen, { id: `P${++count}`, protocol: 'ocpp1.6' });
});

const ACCEPTED = { status: 'Accepted' };
const installed = () => specimen.charging.profiles.list(station.id, specimen.clock.now());
const numbers = async () => (await installed()).map(({ number }) => number);
const limitOn = (evse: number) => station.command({ command: 'limit', evse, limitA: 16 }, ACCEPTED);

describe('SetChargingProfile:', () => {
  test('a profile spelled out leaves as it is, and is believed installed once it is accepted', async () => {
    const profile = {
      command: 'set-profile',
      number: 77,
      purpose: 'station-maximum',
      kind: 'daily',
      stackLevel: 2,
      unit: 'W',
      periods: [
        { startS: 0, limit: 11_000 },
        { startS: 3_600, limit: 4_140.07, phases: 1 },
      ],
      startsAt: '2026-05-18T06:00:00+02:00',
      durationS: 7_200,
      validTo: '2026-06-01T00:00:00Z',
    };
    expect(await station.command(profile, ACCEPTED)).toMatchObject({
      action: 'SetChargingProfile',
      payload: {
        connectorId: 0,
        csChargingProfiles: {
          chargingProfileId: 77,
          stackLevel: 2,
          chargingProfilePurpose: 'ChargePointMaxProfile',
          chargingProfileKind: 'Recurring',
          recurrencyKind: 'Daily',
          validTo: '2026-06-01T00:00:00.000Z',
          chargingSchedule: {
            duration: 7_200,
            startSchedule: '2026-05-18T04:00:00.000Z',
            chargingRateUnit: 'W',
            chargingSchedulePeriod: [
              { startPeriod: 0, limit: 11_000 },
              { startPeriod: 3_600, limit: 4_140, numberPhases: 1 },
            ],
          },
        },
      },
      result: { outcome: 'accepted' },
    });
    expect(await installed()).toMatchObject([
      { number: 77, evse: 0, purpose: 'station-maximum', kind: 'daily', startsAt: TEN - 6 * HOUR, source: 'ours' },
    ]);
  });

  test('one that is refused is not believed installed', async () => {
    const { result } = await station.command({ command: 'limit', evse: 1, limitA: 16 }, { status: 'Rejected' });
    expect(result).toMatchObject({ outcome: 'rejected' });
    expect(await installed()).toEqual([]);
  });

  test('one replaces another of its purpose, level and connector', async () => {
    await limitOn(1);
    const alike = { command: 'set-profile', number: 500, evse: 1, purpose: 'default', kind: 'relative' };
    await station.command({ ...alike, periods: [{ startS: 0, limit: 8 }] }, ACCEPTED);
    expect(await numbers()).toEqual([500]);
  });

  test('a default holds for all connectors, below every limit', async () => {
    const { payload } = await station.command({ command: 'default-limit', limitA: 8.36 }, ACCEPTED);
    expect(payload).toEqual({
      connectorId: 0,
      csChargingProfiles: {
        chargingProfileId: 2,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Relative',
        chargingSchedule: {
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.3, numberPhases: 3 }],
        },
      },
    });
  });

  test('a raw call has the same sequel', async () => {
    const csChargingProfiles = {
      chargingProfileId: 9,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
    };
    await station.call('SetChargingProfile', { connectorId: 1, csChargingProfiles }, ACCEPTED);
    expect(await numbers()).toEqual([9]);
  });

  test.each<[string, object, string]>([
    [
      'periods out of order',
      {
        periods: [
          { startS: 0, limit: 6 },
          { startS: 0, limit: 8 },
        ],
      },
      'each later',
    ],
    ['a first period that is late', { periods: [{ startS: 5, limit: 6 }] }, 'starts at 0'],
    ['a transaction without its purpose', { transaction: 7 }, 'Name the transaction'],
    ['a transaction on no EVSE', { purpose: 'transaction', transaction: '7' }, 'name it'],
    ["a station's maximum on an EVSE", { purpose: 'station-maximum', evse: 1 }, 'EVSE 0'],
    ['a day without its beginning', { kind: 'daily' }, 'begins'],
    ['a relative one that says when', { kind: 'relative', startsAt: '2026-05-18T06:00:00Z' }, 'leave it out'],
    [
      'an end before the beginning',
      { validFrom: '2026-05-18T06:00:00Z', validTo: '2026-05-18T05:00:00Z' },
      'ends before',
    ],
  ])('%s is told from a profile before it leaves', (_, wrong, saying) => {
    const said = { command: 'set-profile', purpose: 'default', periods: [{ startS: 0, limit: 6 }], ...wrong };
    expect(() => station.command(said, ACCEPTED)).toThrow(saying);
  });
});

describe('ClearChargingProfile:', () => {
  test.each<[object, object, number[]]>([
    [{ command: 'clear-profiles', number: 3 }, { id: 3 }, [5]],
    [{ command: 'clear-profiles', evse: 2 }, { connectorId: 2 }, [3]],
    [{ command: 'clear-profiles', purpose: 'default' }, { chargingProfilePurpose: 'TxDefaultProfile' }, []],
    [{ command: 'clear-profiles', stackLevel: 0 }, { stackLevel: 0 }, [3, 5]],
    [{ command: 'clear-profiles' }, {}, []],
    [{ command: 'clear-limit', evse: 1 }, { connectorId: 1, stackLevel: 1 }, [5]],
  ])('%j leaves as %j, and what it names is believed gone', async (command, payload, left) => {
    await limitOn(1);
    await limitOn(2);
    const sent = await station.command(command, ACCEPTED);
    expect(sent).toMatchObject({ action: 'ClearChargingProfile', payload, result: { outcome: 'accepted' } });
    expect(sent.payload).toEqual(payload);
    expect(await numbers()).toEqual(left);
  });

  test('a charger that knows no such profile has none', async () => {
    await limitOn(1);
    const { result } = await station.command({ command: 'clear-limit', evse: 1 }, { status: 'Unknown' });
    expect(result).toMatchObject({ outcome: 'accepted' });
    expect(await numbers()).toEqual([]);
  });

  test('profiles of others are unknown to 1.6', async () => {
    const clear = specimen.server.command(station.id, { command: 'clear-profiles', purpose: 'external' });
    await expect(clear).rejects.toMatchObject({ code: 'invalid' });
    const get = specimen.server.command(station.id, { command: 'get-profiles' });
    await expect(get).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('GetCompositeSchedule:', () => {
  const asked = { command: 'composite-schedule', evse: 1, durationS: 3_600, unit: 'A' };

  test('the schedule that is told is kept with its times', async () => {
    const chargingSchedule = {
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 16 },
        { startPeriod: 600, limit: '8.0' },
      ],
    };
    const answer = { ...ACCEPTED, connectorId: 1, scheduleStart: '2026-05-18T10:05:00Z', chargingSchedule };
    expect(await station.command(asked, answer)).toMatchObject({
      action: 'GetCompositeSchedule',
      payload: { connectorId: 1, duration: 3_600, chargingRateUnit: 'A' },
      result: { outcome: 'accepted', response: answer },
    });
    expect(await specimen.charging.profiles.schedules(station.id)).toEqual([
      {
        charger: station.id,
        evse: 1,
        kind: 'composite',
        startsAt: TEN + 5 * MINUTE,
        durationS: 3_600,
        unit: 'A',
        periods: [
          { startS: 0, limit: 16, phases: null },
          { startS: 600, limit: 8, phases: null },
        ],
        at: TEN,
      },
    ]);
  });

  test('a refusal leaves none', async () => {
    expect((await station.command(asked, { status: 'Rejected' })).result).toMatchObject({ outcome: 'rejected' });
    expect(await specimen.charging.profiles.schedules(station.id)).toEqual([]);
  });
});

describe('RemoteStartTransaction:', () => {
  test('a limit goes with the start, and is believed installed for what begins', async () => {
    const start = { command: 'start', token: 'CARD', evse: 1, limitA: 10 };
    const { payload } = await station.command(start, ACCEPTED);
    expect(payload).toEqual({
      idTag: 'CARD',
      connectorId: 1,
      chargingProfile: {
        chargingProfileId: 4,
        stackLevel: 1,
        chargingProfilePurpose: 'TxProfile',
        chargingProfileKind: 'Relative',
        chargingSchedule: {
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 10, numberPhases: 3 }],
        },
      },
    });
    expect(await installed()).toMatchObject([{ number: 4, evse: 1, purpose: 'transaction', transaction: null }]);
  });
});
