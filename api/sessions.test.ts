import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HOUR } from '#estate/units.ts';
import { evseCode } from './session-keys.ts';
import { openSpecimen, ADMIN, type Specimen } from './specimen.ts';
import { plugIn, type SpecimenCharger } from './specimen-charger.ts';
import { readEvents } from './specimen-events.ts';

const session = z.looseObject({ id: z.string(), state: z.string(), token: z.string(), access: z.string().optional() });
const ID = 'IT-PGR-barolo-1';

describe('a driver', () => {
  let specimen: Specimen;
  let charger: SpecimenCharger;
  let url: string;
  const answers: Record<string, object> = {};
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject(request);
  const codeOf = (evse: number) => evseCode(specimen.deps.secrets, ID, evse);
  const start = (payload: object, headers = {}) => inject({ method: 'POST', url: '/v1/sessions', payload, headers });

  beforeAll(async () => {
    specimen = await openSpecimen();
    url = `http://127.0.0.1:${(await specimen.api.start()).port}`;
    const place = { name: 'Barolo', latitude: 44.61, longitude: 7.94 };
    await inject({ method: 'PUT', url: '/v1/sites/barolo', payload: place, headers: ADMIN });
    const registered = await inject({
      method: 'PUT',
      url: `/v1/chargers/${ID}`,
      payload: { site: 'barolo' },
      headers: ADMIN,
    });
    const { secret } = registered.json<{ secret: string }>();
    charger = await plugIn(specimen.ocppUrl, { id: ID, secret, connectors: 2, answers });
  });
  afterAll(async () => {
    await charger[Symbol.asyncDispose]();
    await specimen[Symbol.asyncDispose]();
  });

  it('finds a station, starts with the code on it, follows the session and stops it, without an account', async () => {
    const found = await inject({ url: '/v1/stations?lat=44.6&lon=7.9&radius_m=10000&available=true' });
    expect(found.json()).toMatchObject({
      items: [{ id: ID, name: 'Barolo', available: 2, evses: [{ evse: 1, available: true }, { evse: 2 }] }],
    });

    Object.assign(answers, {
      RemoteStartTransaction: { status: 'Accepted' },
      RemoteStopTransaction: { status: 'Accepted' },
    });
    const started = await start({ charger: ID, evse: 1, code: codeOf(1) });
    expect(started.statusCode).toBe(202);
    const { id, token, access, state } = session.parse(started.json());
    expect([state, token]).toEqual(['starting', expect.stringMatching(/^GUEST[A-Z0-9]{15}$/)]);
    expect(charger.asked.at(-1)).toEqual({
      action: 'RemoteStartTransaction',
      payload: expect.objectContaining({ connectorId: 1, idTag: token }),
    });

    const headers = { authorization: `Bearer ${access}` };
    expect((await inject({ url: `/v1/sessions/${id}` })).statusCode).toBe(401);
    expect((await inject({ url: '/v1/sessions', headers })).statusCode).toBe(401);
    await using events = await readEvents(`${url}/v1/sessions/${id}/events`, headers);
    expect((await events.next()).data).toMatchObject({ id, state: 'starting' });

    const timestamp = new Date(Date.now() - HOUR).toISOString();
    const answer = await charger.call('StartTransaction', {
      connectorId: 1,
      idTag: token,
      meterStart: 1_000,
      timestamp,
    });
    const { transactionId } = z.looseObject({ transactionId: z.int() }).parse(answer);
    expect((await events.next()).data).toMatchObject({ id, state: 'active', transaction: String(transactionId) });

    const stopped = await inject({ method: 'POST', url: `/v1/sessions/${id}/stop`, headers });
    expect(stopped.json()).toEqual({ outcome: 'accepted', response: { status: 'Accepted' } });
    expect(charger.asked.at(-1)).toEqual({ action: 'RemoteStopTransaction', payload: { transactionId } });
    await charger.call('StopTransaction', {
      transactionId,
      meterStop: 4_500,
      timestamp: new Date().toISOString(),
      reason: 'Remote',
    });
    expect((await events.next()).data).toMatchObject({ id, state: 'ended', energyWh: 3_500 });
    expect(await events.ended()).toBe(true);

    const again = await inject({ method: 'POST', url: `/v1/sessions/${id}/stop`, headers });
    expect(again.json()).toMatchObject({ code: 'conflict' });
    const list = await inject({ url: `/v1/sessions?charger=${ID}`, headers: ADMIN });
    expect(list.json()).toMatchObject({ items: [{ id, state: 'ended', energyWh: 3_500, site: 'barolo' }], next: null });
  });

  it('is told why when the charger refuses', async () => {
    Object.assign(answers, { RemoteStartTransaction: { status: 'Rejected' } });
    const refused = await start({ charger: ID, evse: 2, code: codeOf(2) });
    expect([refused.statusCode, refused.json()]).toEqual([
      202,
      expect.objectContaining({ state: 'failed', reason: 'rejected' }),
    ]);
    const { id, access } = session.parse(refused.json());
    await using events = await readEvents(`${url}/v1/sessions/${id}/events`, { authorization: `Bearer ${access}` });
    expect((await events.next()).data).toMatchObject({ state: 'failed' });
    expect(await events.ended()).toBe(true);
  });

  it.each<[string, { evse: number; connector?: number; token?: string; code?: string }, number]>([
    ['without a code', { evse: 1 }, 401],
    ['with the code of another EVSE', { evse: 1, code: 'of 2' }, 403],
    ['with a token that may be of somebody else', { evse: 1, code: 'of 1', token: '04A2' }, 403],
    ['at the station as a whole', { evse: 0, code: 'of 0' }, 400],
    ['at an EVSE that is not there', { evse: 9, code: 'of 9' }, 404],
    ['at a connector that is not there', { evse: 1, connector: 7, code: 'of 1' }, 404],
  ])('does not start %s', async (_name, { code, ...order }, status) => {
    const typed = code === undefined ? {} : { code: codeOf(Number(code.slice(3))) };
    expect((await start({ charger: ID, ...order, ...typed })).statusCode).toBe(status);
  });

  it('who guesses codes is slowed down', async () => {
    const guesses = Array.from({ length: 15 }, (_, guess) =>
      inject({
        method: 'POST',
        url: '/v1/sessions',
        payload: { charger: ID, evse: 1, code: `GUESS${guess}` },
        remoteAddress: '10.0.0.9',
      }),
    );
    const statuses = (await Promise.all(guesses)).map(({ statusCode }) => statusCode);
    expect(new Set(statuses)).toEqual(new Set([403, 429]));
  });

  it('who asks many times with one key starts once', async () => {
    Object.assign(answers, { RemoteStartTransaction: { status: 'Accepted' } });
    const before = charger.asked.length;
    const headers = { ...ADMIN, 'idempotency-key': crypto.randomUUID() };
    const all = await Promise.all(
      Array.from({ length: 20 }, () => start({ charger: ID, evse: 1, token: '04A2B6' }, headers)),
    );
    expect(new Set(all.map((answer) => session.parse(answer.json()).id)).size).toBe(1);
    expect(charger.asked.length - before).toBe(1);
    const other = await start({ charger: ID, evse: 2, token: '04A2B6' }, headers);
    expect(other.json()).toMatchObject({ code: 'conflict', detail: expect.stringContaining('Idempotency-Key') });
  });

  it('gets a clear answer for a charger that is not connected', async () => {
    await inject({ method: 'PUT', url: '/v1/chargers/silent', payload: { site: 'barolo' }, headers: ADMIN });
    const answer = await start({ charger: 'silent', evse: 1 }, ADMIN);
    expect([answer.statusCode, answer.json()]).toEqual([409, expect.objectContaining({ code: 'offline' })]);
    expect((await start({ charger: 'unknown', evse: 1 }, ADMIN)).statusCode).toBe(404);
  });

  it('and an operator sees the code, the connection and every message with its answer', async () => {
    const view = (await inject({ url: `/v1/chargers/${ID}`, headers: ADMIN })).json<object>();
    expect(view).toMatchObject({
      vendor: 'Polis',
      online: true,
      connectors: [{ evse: 1, state: expect.any(String), code: codeOf(1) }, { evse: 2 }],
      connection: { remoteAddress: expect.stringContaining('127.0.0.1'), epoch: expect.any(Number) },
    });
    const messages = await inject({ url: `/v1/chargers/${ID}/messages?limit=4`, headers: ADMIN });
    const { items, next } = messages.json<{ items: { direction: string }[]; next: string }>();
    expect(items[0]).toMatchObject({
      kind: 'result',
      action: 'RemoteStartTransaction',
      direction: 'in',
      latencyMs: expect.any(Number),
    });
    expect(messages.headers.link).toBe(`</v1/chargers/${ID}/messages?limit=4&cursor=${next}>; rel="next"`);
    const all = (await inject({ url: '/v1/trace', headers: ADMIN })).json<{ items: object[]; next: null }>();
    expect(all.items[0]).toMatchObject({
      charger: ID,
      direction: 'in',
      frame: expect.stringContaining('BootNotification'),
    });
    const older = (
      await inject({ url: `/v1/chargers/${ID}/messages?limit=1000&cursor=${next}`, headers: ADMIN })
    ).json<{ items: object[] }>();
    expect(items.length + older.items.length).toBe(all.items.length);
  });
});
