import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plugIn, type SpecimenCharger } from './specimen-charger.ts';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';

let specimen: Specimen;
let charger: SpecimenCharger;
const answers: Record<string, object> = {
  ReserveNow: { status: 'Accepted' },
  CancelReservation: { status: 'Accepted' },
  SendLocalList: { status: 'Accepted' },
};

const send = async (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object) => {
  const answer = await specimen.api.inject({ method, url, headers: ADMIN, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
};
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

beforeAll(async () => {
  specimen = await openSpecimen();
  await send('PUT', '/v1/sites/barolo', { name: 'Barolo' });
  const { body } = await send('PUT', '/v1/chargers/duo', { site: 'barolo' });
  charger = await plugIn(specimen.ocppUrl, { id: 'duo', secret: String(body['secret']), connectors: 2, answers });
  await send('PUT', '/v1/tokens/CARD', { status: 'accepted', group: 'post', language: 'it' });
});
afterAll(async () => {
  await charger[Symbol.asyncDispose]();
  await specimen[Symbol.asyncDispose]();
});

describe('reservations', () => {
  it('are made, listed and cancelled', async () => {
    const made = await send('POST', '/v1/reservations', {
      charger: 'duo',
      evse: 2,
      token: 'CARD',
      expiresAt: inAnHour(),
    });
    expect(made).toMatchObject({
      status: 201,
      body: { charger: 'duo', site: 'barolo', evse: 2, token: 'CARD', group: 'post', state: 'active' },
    });
    expect(charger.asked.at(-1)).toMatchObject({
      action: 'ReserveNow',
      payload: { connectorId: 2, reservationId: made.body['number'] },
    });
    const path = `/v1/reservations/${String(made.body['id'])}`;
    expect(await send('GET', '/v1/reservations?charger=duo&state=active')).toMatchObject({
      body: { items: [{ id: made.body['id'] }], next: null },
    });
    expect(await send('DELETE', path)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(await send('GET', path)).toMatchObject({ body: { state: 'cancelled', history: [{}, {}, {}] } });
    expect(await send('DELETE', path)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('that the charger refuses say so', async () => {
    answers['ReserveNow'] = { status: 'Occupied' };
    const made = await send('POST', '/v1/reservations', { charger: 'duo', token: 'CARD', expiresAt: inAnHour() });
    expect(made).toMatchObject({ status: 201, body: { state: 'refused', evse: null } });
    answers['ReserveNow'] = { status: 'Accepted' };
  });

  it.each([
    ['an unknown charger', { charger: 'none' }, 404],
    ['an unknown token', { token: 'NOBODY' }, 409],
    ['a time that is past', { expiresAt: '2026-01-01T00:00:00Z' }, 400],
  ])('are not made for %s', async (_, more, status) => {
    const order = { charger: 'duo', token: 'CARD', expiresAt: inAnHour(), ...more };
    expect(await send('POST', '/v1/reservations', order)).toMatchObject({ status });
  });
});

describe('the local list of a charger', () => {
  it('shows what it holds, and whether that is what there is', async () => {
    const path = '/v1/chargers/duo/local-list';
    expect(await send('GET', path)).toMatchObject({ status: 200, body: { version: 0, current: false, sentAt: null } });
    await send('POST', '/v1/chargers/duo/commands', { command: 'send-local-list' });
    expect(await send('GET', path)).toMatchObject({ body: { version: 1, current: true, size: 1, scope: null } });
    await send('PUT', '/v1/tokens/NEW', { status: 'accepted' });
    expect(await send('GET', path)).toMatchObject({ body: { version: 1, current: false } });
    expect(await send('GET', '/v1/chargers/none/local-list')).toMatchObject({ status: 404 });
  });
});

describe('prices', () => {
  it('are set for a site or a charger, and a session costs by them', async () => {
    const none = { perKwh: null, currency: 'EUR', since: null };
    expect(await send('GET', '/v1/sites/barolo/price')).toEqual({ status: 200, body: none });
    expect(await send('PUT', '/v1/sites/barolo/price', { perKwh: 0.5 })).toMatchObject({
      status: 200,
      body: { perKwh: 0.5, currency: 'EUR' },
    });
    const timestamp = new Date(Date.now() + 1_000).toISOString();
    const start = { connectorId: 1, idTag: 'CARD', meterStart: 0, timestamp };
    const { transactionId } = await charger.call('StartTransaction', start);
    await charger.call('StopTransaction', { transactionId, meterStop: 4_000, timestamp: inAnHour() });
    expect(await send('GET', '/v1/sessions?charger=duo')).toMatchObject({
      body: { items: [{ energyWh: 4_000, cost: { amount: 2, currency: 'EUR' } }] },
    });
    expect(await send('PUT', '/v1/chargers/duo/price', { perKwh: null })).toMatchObject({ body: { perKwh: null } });
    expect(await send('PUT', '/v1/sites/none/price', { perKwh: 1 })).toMatchObject({ status: 404 });
    expect(await send('PUT', '/v1/chargers/duo/price', { perKwh: -1 })).toMatchObject({ status: 400 });
  });
});
