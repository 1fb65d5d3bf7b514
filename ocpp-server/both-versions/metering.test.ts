import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isoTime } from '#estate/units.ts';
import { decode } from '../messages/tolerant.ts';
import * as v16 from '../v16/meter-values.ts';
import * as v201 from '../v201/meter-values.ts';
import { readingsOf } from './readings.ts';

const RECEIVED_AT = Date.UTC(2026, 4, 18, 10);

interface Case {
  name: string;
  meterValue: unknown;
  expected: unknown;
}

describe.each([
  ['ocpp1.6', v16],
  ['ocpp2.0.1', v201],
])('meter values of %s', (protocol, { meterValues, metered }) => {
  const cases = JSON.parse(readFileSync(new URL(`cases/${protocol}.json`, import.meta.url), 'utf8')) as Case[];

  test.each(cases)('$name', ({ meterValue, expected }) => {
    const { moments, currentA, ...rest } = metered(decode(meterValues, meterValue), RECEIVED_AT);
    const byPhase = currentA === null ? {} : { currentA };
    expect({ ...rest, ...byPhase, moments: moments.map(({ at, values }) => ({ at: isoTime(at), values })) }).toEqual(
      expected,
    );
  });
});

describe('readings', () => {
  const flow = { powerW: 7, currentA: null };
  const metering = { firstRegisterWh: 1, lastRegisterWh: 2, ...flow, moments: [{ at: 5, values: { W: 7, A: 1 } }] };
  const charger = { id: 'C1', site: 'barolo', synthetic: false };
  const reading = { site: 'barolo', device: 'C1:2', type: 'charging-station' };

  test('are those of the EVSE, and end without power', () => {
    const readings = readingsOf({ charger, evse: 2, metering, endedAt: 5 });
    expect(readings).toEqual([{ ...reading, ts: 5, values: { W: 0, A: 1 } }]);
    expect(readingsOf({ charger, evse: 2, metering, endedAt: 6 })).toContainEqual({
      ...reading,
      ts: 6,
      values: { W: 0 },
    });
  });

  test('are none of a charger without a site', () => {
    expect(readingsOf({ charger: { ...charger, site: null }, evse: 2, metering })).toEqual([]);
  });
});
