import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOf, placeOfKey } from '#charging/index.ts';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';
import { plugIn } from './specimen-charger.ts';

const ID = 'IT-PGR-barolo-1';

describe('the variables of a charger', () => {
  let specimen: Specimen;
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject({ ...request, headers: ADMIN });
  const get = async (url: string) => (await inject({ url: `/v1/chargers/${url}` })).json<Record<string, unknown>>();
  const at = Date.UTC(2026, 4, 18, 10);

  beforeAll(async () => {
    specimen = await openSpecimen();
    await inject({ method: 'PUT', url: `/v1/chargers/${ID}`, payload: {} });
    const { variables } = specimen.deps.parts.charging;
    const interval = placeOf({ component: 'SampledDataCtrlr', variable: 'TxUpdatedInterval' });
    await variables.told({
      charger: ID,
      variables: [
        { ...interval, value: '60', unit: 's', mutability: 'ReadWrite', dataType: 'integer', min: 5 },
        { ...placeOf({ component: 'EVSE', evse: 1, variable: 'Power' }), value: '7400' },
        { ...placeOfKey('AuthorizationKey'), value: 'hush' },
      ],
      at,
    });
    await variables.reportAsked({ charger: ID, request: 7, scope: 'full', at: Date.now() });
    await variables.reportPart({ charger: ID, request: 7, part: 1, isLast: true, variables: [], at: Date.now() });
  });
  afterAll(() => specimen[Symbol.asyncDispose]());

  it('are listed page by page, by place, with their name in both versions', async () => {
    const first = await get(`${ID}/variables?limit=2`);
    expect(first).toMatchObject({
      items: [
        { component: 'Configuration', variable: 'AuthorizationKey', value: null, name: null },
        { component: 'EVSE', evse: 1, connector: null, variable: 'Power', attribute: 'Actual', value: '7400' },
      ],
      next: expect.any(String) as string,
    });
    const second = await get(`${ID}/variables?limit=2&cursor=${String(first['next'])}`);
    expect(second).toEqual({
      items: [
        {
          name: 'meter-interval',
          component: 'SampledDataCtrlr',
          componentInstance: null,
          evse: null,
          connector: null,
          variable: 'TxUpdatedInterval',
          variableInstance: null,
          attribute: 'Actual',
          value: '60',
          mutability: 'ReadWrite',
          dataType: 'integer',
          unit: 's',
          min: 5,
          max: null,
          values: null,
          readAt: '2026-05-18T10:00:00.000Z',
        },
      ],
      next: null,
    });
  });

  it.each([
    ['component=evse', 'Power'],
    ['variable=power', 'Power'],
    ['name=meter-interval', 'TxUpdatedInterval'],
  ])('are found by %s', async (query, variable) => {
    expect(await get(`${ID}/variables?${query}`)).toMatchObject({ items: [{ variable }] });
  });

  it.each(['unknown/variables', 'unknown/reports'])('are not found of a charger that is not: %s', async (path) => {
    expect(await get(path)).toMatchObject({ code: 'not-found' });
  });

  it('and its reports show how far they have come', async () => {
    expect(await get(`${ID}/reports`)).toMatchObject({
      items: [{ request: 7, scope: 'full', state: 'receiving', parts: 1, partsInAll: 2, reason: null }],
      next: null,
    });
  });
});

describe('a charger that is not accepted', () => {
  it('is told so, and boots at once when it is accepted', async () => {
    await using specimen = await openSpecimen();
    const put = (payload: object) =>
      specimen.api.inject({ method: 'PUT', url: `/v1/chargers/${ID}`, payload, headers: ADMIN });
    const { secret } = (await put({ boot: 'pending' })).json<{ secret: string }>();
    const answers = { TriggerMessage: { status: 'Accepted' } };
    await using charger = await plugIn(specimen.ocppUrl, { id: ID, secret, connectors: 0, answers });
    const boot = () => charger.call('BootNotification', { chargePointVendor: 'Polis', chargePointModel: 'Duo' });
    expect(await boot()).toMatchObject({ status: 'Pending' });

    expect((await put({ boot: 'accepted' })).json()).toMatchObject({ boot: 'accepted' });
    await expect
      .poll(() => charger.asked)
      .toEqual([{ action: 'TriggerMessage', payload: { requestedMessage: 'BootNotification' } }]);
    expect(await boot()).toMatchObject({ status: 'Accepted' });

    expect((await put({ boot: 'rejected' })).json()).toMatchObject({ boot: 'rejected' });
    await expect.poll(() => specimen.deps.parts.ocpp.connectionOf(ID), { message: 'it has to come again' }).toBeNull();
    expect((await put({ boot: 'maybe' })).statusCode).toBe(400);
  });
});
