import { expect, test } from 'vitest';
import { TEN } from '../specimens/server.ts';
import { schemaOf } from '../wire/schemas.ts';
import { deviationsFrom } from './deviations.ts';
import { createUnitWatch } from './unit-watch.ts';

const said = (action: string, payload: unknown) =>
  deviationsFrom(schemaOf('ocpp2.0.1', action) ?? {}, payload, TEN).map(({ field, kind }) => `${field} ${kind}`);

test('a message that is wrong all over is told of no further than to fifty places, in no time', () => {
  const meterValue = Array.from({ length: 20_000 }, () => ({ sampledValue: [{ value: 'x' }] }));
  const before = process.threadCpuUsage();
  expect(said('MeterValues', { evseId: 1, meterValue })).toHaveLength(50);
  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(200);
});

test('names of Object are fields like any other', () => {
  const payload = JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":null,"hasOwnProperty":[]}') as unknown;
  expect(said('Heartbeat', payload)).toEqual([
    '__proto__ unknown-field',
    'constructor unknown-field',
    'toString unknown-field',
    'hasOwnProperty unknown-field',
  ]);
});

test('a payload that is no object is told as such', () => {
  for (const payload of [7, 'x', true, [], [{}]]) expect(said('Heartbeat', payload)).toEqual(['payload wrong-type']);
  expect(said('Heartbeat', null)).toEqual([]);
  expect(said('Heartbeat', undefined)).toEqual([]);
});

test('numbers out of their range, lists out of theirs', () => {
  const profile = { id: 1, stackLevel: -1, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' };
  const period = { startPeriod: 0, limit: 1 };
  const schedule = { id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [period] };
  const report = { requestId: 1, chargingLimitSource: 'CSO', evseId: 1 };
  const chargingSchedule = [schedule, schedule, schedule, schedule];
  expect(said('ReportChargingProfiles', { ...report, chargingProfile: [{ ...profile, chargingSchedule }] })).toEqual([
    'chargingProfile[].chargingSchedule too-many',
  ]);
});

test('a unit is doubted by its size, and only then', () => {
  const meter = (minute: number, value: number, unit: string, powerW?: number) => ({
    connectorId: 1,
    meterValue: [
      {
        timestamp: new Date(TEN + minute * 60_000).toISOString(),
        sampledValue: [
          { value: String(value), unit },
          ...(powerW === undefined ? [] : [{ value: String(powerW), measurand: 'Power.Active.Import', unit: 'W' }]),
        ],
      },
    ],
  });
  const doubts = (...payloads: object[]) => {
    const watch = createUnitWatch();
    return payloads.map((payload) => watch.look(payload, TEN));
  };
  expect(doubts(meter(0, 1_000, 'Wh', 11_000), meter(10, 2_800, 'Wh', 11_000))).toEqual([null, null]);
  expect(doubts(meter(0, 12.5, 'kWh', 11_000), meter(10, 14.3, 'kWh', 11_000))).toEqual([null, null]);
  expect(doubts(meter(0, 12_500, 'kWh'), meter(10, 14_300, 'kWh'))).toEqual([null, 'wh-labelled-kwh']);
  expect(doubts(meter(0, 12.5, 'Wh', 11_000), meter(10, 14.3, 'Wh', 11_000))).toEqual([null, 'kwh-labelled-wh']);
  expect(doubts({ connectorId: 1, meterStart: 123_456 }, meter(1, 123.5, 'Wh'))).toEqual([null, 'kwh-labelled-wh']);
  expect(doubts({ connectorId: 1, meterStart: 123_456 }, meter(1, 123.6, 'kWh'))).toEqual([null, null]);
  expect(doubts({ connectorId: 1, meterStart: 123_456 }, meter(1, 123_600, 'kWh'))).toEqual([null, 'wh-labelled-kwh']);
  expect(doubts(meter(0, 0, 'Wh', 0), meter(10, 0, 'Wh', 11_000), meter(20, 900, 'Wh', 5_000))).toEqual([
    null,
    null,
    null,
  ]);
  expect(doubts('nonsense' as unknown as object, { meterValue: 7 })).toEqual([null, null]);
});
