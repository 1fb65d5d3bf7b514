import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import { chargerCommand, keyOfPlace, placeOf, placeOfKey, type VariableReport } from '../index.ts';
import { openCharging, TEN, type ChargingSpecimen } from '../specimens.ts';

let specimen: ChargingSpecimen;
beforeAll(async () => {
  specimen = await openCharging();
});
afterAll(() => specimen.records.close());

const INTERVAL = placeOf({ component: 'SampledDataCtrlr', variable: 'TxUpdatedInterval' });
const told = (charger: string, ...variables: VariableReport[]) =>
  specimen.charging.variables.told({ charger, variables, at: TEN });

describe('a variable', () => {
  test('keeps what was told of it, and what is not told again stays', async () => {
    await told('C1', { ...INTERVAL, value: '60', unit: 's', dataType: 'integer', min: 1, mutability: 'ReadWrite' });
    await told('C1', { ...INTERVAL, component: 'sampleddataCTRLR', value: '30' });
    expect(await specimen.charging.variables.at('C1', [INTERVAL, placeOfKey('Colour')])).toEqual([
      {
        ...INTERVAL,
        name: 'meter-interval',
        value: '30',
        mutability: 'ReadWrite',
        dataType: 'integer',
        unit: 's',
        min: 1,
        max: null,
        values: null,
        readAt: TEN,
      },
      null,
    ]);
  });

  test('is known by one name in both versions; what was told last holds', async () => {
    const { variables } = specimen.charging;
    await told('C2', { ...placeOfKey('MeterValueSampleInterval'), value: '900' });
    expect(await variables.named('C2', 'meter-interval')).toMatchObject({ value: '900' });
    await variables.told({ charger: 'C2', variables: [{ ...INTERVAL, value: '30' }], at: TEN + 1 });
    expect(await variables.named('C2', 'meter-interval')).toMatchObject({ value: '30' });
    expect(await variables.named('C9', 'meter-interval')).toBeNull();
  });

  test.each([
    placeOfKey('AuthorizationKey'),
    placeOf({ component: 'SecurityCtrlr', variable: 'BasicAuthPassword' }),
    placeOf({ component: 'VendorCtrlr', variable: 'wifiPassword' }),
  ])('that is a secret is known of, and its value is not kept: $variable', async (place) => {
    await told('C3', { ...place, value: 'hush' });
    expect(await specimen.charging.variables.at('C3', [place])).toMatchObject([{ ...place, value: null }]);
  });

  test('may be told many times in one message, and with a thousand others', async () => {
    const many = Array.from({ length: 1_200 }, (_, n) => ({ ...placeOfKey(`Key${n}`), value: String(n) }));
    await told('C4', ...many, { ...placeOfKey('key0'), value: 'again' });
    const [first] = await specimen.charging.variables.list({ charger: 'C4', variable: 'KEY0', limit: 9 });
    expect(first).toMatchObject({ value: 'again' });
    expect(await specimen.charging.variables.list({ charger: 'C4', limit: 2_000 })).toHaveLength(1_200);
  });

  test('is listed with its charger’s, page by page, by component and by place', async () => {
    const { variables } = specimen.charging;
    const evse = (id: number) => placeOf({ component: 'EVSE', evse: id, variable: 'Power' });
    await told('C5', { ...evse(2), value: '2' }, { ...evse(1), value: '1' }, { ...INTERVAL, value: '60' });
    const all = await variables.list({ charger: 'C5', limit: 9 });
    expect(all.map((one) => one.value)).toEqual(['1', '2', '60']);
    const second = all.at(1);
    const after = await variables.list({ charger: 'C5', limit: 9, ...(second ? { after: keyOfPlace(second) } : {}) });
    expect(after.map((one) => one.value)).toEqual(['60']);
    expect(await variables.list({ charger: 'C5', component: 'evse', limit: 9 })).toHaveLength(2);
    expect(await variables.list({ charger: 'C5', places: [evse(2)], limit: 9 })).toMatchObject([{ value: '2' }]);
  });
});

describe('a report', () => {
  let request = 0;
  const C = 'R1';
  const ask = async () => {
    request += 1;
    const at = specimen.clock.now();
    await specimen.charging.variables.reportAsked({ charger: C, request, scope: 'full', at });
  };
  const comes = (part: number, isLast = false, about = request) =>
    specimen.charging.variables.reportPart({
      charger: C,
      request: about,
      part,
      isLast,
      variables: [{ ...placeOfKey(`Of${about}Part${part}`), value: 'x' }],
      at: specimen.clock.now(),
    });
  const newest = async () => (await specimen.charging.variables.reports({ charger: C, limit: 1 }))[0];

  test.each<[string, [part: number, isLast?: boolean][]]>([
    ['in order', [[0], [1], [2, true]]],
    ['backwards', [[2, true], [1], [0]]],
    ['with parts that come twice', [[0], [0], [2, true], [2, true], [1], [1]]],
    ['in one part', [[0, true]]],
  ])('is complete once all parts came, %s', async (_how, parts) => {
    await specimen.clock.advance(MINUTE);
    await ask();
    expect(await newest()).toMatchObject({ state: 'asked', parts: 0, partsInAll: null });
    for (const [part, isLast] of parts) await comes(part, isLast);
    const count = new Set(parts.map(([part]) => part)).size;
    expect(await newest()).toMatchObject({ state: 'complete', parts: count, partsInAll: count });
  });

  test('of which a part is lost is incomplete after five minutes, and complete when it comes after all', async () => {
    await specimen.clock.advance(MINUTE);
    await ask();
    await comes(0);
    await comes(2, true);
    expect(await newest()).toMatchObject({ state: 'receiving', parts: 2, partsInAll: 3 });
    await specimen.clock.advance(5 * MINUTE + 1);
    expect(await newest()).toMatchObject({ state: 'incomplete' });
    await comes(1);
    expect(await newest()).toMatchObject({ state: 'complete', parts: 3 });
  });

  test.each([
    ['NotSupported', 'refused'],
    [null, 'complete'],
  ])('that the charger ends with %s is %s', async (refusal, state) => {
    await specimen.clock.advance(MINUTE);
    await ask();
    await specimen.charging.variables.reportEnded({ charger: C, request, refusal, at: specimen.clock.now() });
    expect(await newest()).toMatchObject({ state, reason: refusal });
  });

  test('that nobody asked for is still read', async () => {
    await comes(0, true, 4_711);
    const [found] = await specimen.charging.variables.at(C, [placeOfKey('Of4711Part0')]);
    expect(found).toMatchObject({ value: 'x' });
    expect(await newest()).not.toMatchObject({ request: 4_711 });
  });

  test('is forgotten after fifty others', async () => {
    for (let n = 0; n < 60; n++) {
      await specimen.clock.advance(1);
      await ask();
    }
    expect(await specimen.charging.variables.reports({ charger: C, limit: 100 })).toHaveLength(50);
  });
});

describe('a command', () => {
  test.each<[object, object]>([
    [
      { command: 'set-variable', name: 'meter-interval', value: 60 },
      { command: 'set-variables', variables: [{ variable: { by: 'name', name: 'meter-interval' }, value: '60' }] },
    ],
    [
      { command: 'set-variables', variables: [{ key: 'Colour', value: true }] },
      { command: 'set-variables', variables: [{ variable: { by: 'key', key: 'Colour' }, value: 'true' }] },
    ],
    [
      { command: 'get-variables', variables: [{ component: 'EVSE', evse: 1, variable: 'Power', attribute: 'MaxSet' }] },
      {
        command: 'get-variables',
        variables: [
          { by: 'place', place: placeOf({ component: 'EVSE', evse: 1, variable: 'Power', attribute: 'MaxSet' }) },
        ],
      },
    ],
    [{ command: 'get-variables' }, { command: 'get-variables', variables: [] }],
    [{ command: 'request-report' }, { command: 'request-report', scope: 'full', criteria: [], variables: [] }],
  ])('%j is understood', (said, understood) => {
    expect(chargerCommand.parse(said)).toEqual(understood);
  });

  test.each([
    { command: 'set-variable', value: '1' },
    { command: 'set-variable', name: 'colour', value: '1' },
    { command: 'set-variable', name: 'meter-interval', key: 'Colour', value: '1' },
    { command: 'set-variable', component: 'EVSE', value: '1' },
    { command: 'set-variable', key: 'AuthorizationKey', value: 'hush' },
    {
      command: 'set-variables',
      variables: [{ component: 'SecurityCtrlr', variable: 'BasicAuthPassword', value: 'x' }],
    },
    { command: 'set-variables', variables: [] },
  ])('%j is none', (said) => {
    expect(chargerCommand.safeParse(said).success).toBe(false);
  });
});
