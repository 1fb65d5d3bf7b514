import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';
import { plugIn, type SpecimenCharger } from './specimen-charger.ts';

const ID = 'IT-PGR-barolo-1';

describe('what is doubtful about sessions', () => {
  let specimen: Specimen;
  let charger: SpecimenCharger;
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject(request);
  const get = async (query = '') =>
    (await inject({ url: `/v1/reconciliation${query}`, headers: ADMIN })).json<{
      items: { session: { id: string; transaction: string } }[];
      next: string | null;
    }>();
  const settle = (session: string, payload: object, headers: Record<string, string> = ADMIN) =>
    inject({ method: 'POST', url: `/v1/reconciliation/${session}/settle`, payload, headers });

  beforeAll(async () => {
    specimen = await openSpecimen();
    await inject({ method: 'PUT', url: '/v1/sites/barolo', payload: { name: 'Barolo' }, headers: ADMIN });
    const payload = { site: 'barolo' };
    const registered = await inject({ method: 'PUT', url: `/v1/chargers/${ID}`, payload, headers: ADMIN });
    const { secret } = registered.json<{ secret: string }>();
    charger = await plugIn(specimen.ocppUrl, { id: ID, secret, connectors: 1, answers: {} });
    for (const transactionId of [71, 72, 73]) {
      const timestamp = new Date().toISOString();
      await charger.call('StopTransaction', { transactionId, meterStop: 4_500, timestamp });
    }
  });
  afterAll(async () => {
    await charger[Symbol.asyncDispose]();
    await specimen[Symbol.asyncDispose]();
  });

  it('is listed with the messages that raised it and what can be done, page by page', async () => {
    const first = await get('?limit=2&doubt=orphan-stop');
    const rest = await get(`?limit=2&cursor=${first.next}`);
    const all = [...first.items, ...rest.items];
    expect(all.map(({ session }) => session.transaction).toSorted()).toEqual(['71', '72', '73']);
    expect(first.items).toHaveLength(2);
    const transaction = first.items[0]?.session.transaction;
    expect(first.items[0]).toEqual({
      session: expect.objectContaining({ charger: ID, transaction, state: 'incomplete', settled: null }),
      doubts: [
        {
          doubt: 'orphan-stop',
          text: 'A stop came for a transaction that was never started here.',
          since: expect.any(String),
        },
      ],
      frames: [
        { receivedAt: expect.any(String), frame: expect.stringMatching(`^\\[2,.*"StopTransaction".*${transaction}`) },
      ],
      resolutions: ['accept', 'correct', 'discard'],
      settled: null,
    });
    expect(await get('?site=alba')).toEqual({ items: [], next: null });
    expect((await get('?doubt=unit')).items).toEqual([]);
    expect((await inject({ url: '/v1/reconciliation?doubt=nothing', headers: ADMIN })).statusCode).toBe(400);
  });

  it('is settled by an operator, which is on record, and leaves the list', async () => {
    const [item] = (await get('?limit=1')).items;
    const id = item?.session.id ?? '';
    const answer = await settle(id, { resolution: 'correct', energyWh: 900, note: 'by the meter on the wall' });
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      expect.objectContaining({
        id,
        energyWh: 900,
        meteredWh: 0,
        settled: { at: expect.any(String), resolution: 'correct' },
      }),
    ]);
    expect((await get()).items.map(({ session }) => session.id)).not.toContain(id);
    expect((await get('?settled=true')).items).toMatchObject([
      {
        session: { id, energyWh: 900 },
        settled: { by: 'admin-key', resolution: 'correct', note: 'by the meter on the wall' },
      },
    ]);
    const audit = (await inject({ url: '/v1/audit', headers: ADMIN })).json<{ items: object[] }>();
    expect(audit.items[0]).toMatchObject({ what: expect.stringContaining('settle') });
  });

  it.each<[string, string, object, number, string]>([
    ['nothing that there is', 'nothing', { resolution: 'accept' }, 404, 'not-found'],
    ['without a word of how', 'known', {}, 400, 'invalid'],
    ['with an energy below 0', 'known', { resolution: 'correct', energyWh: -1 }, 400, 'invalid'],
    ['by ending what is over', 'known', { resolution: 'end' }, 409, 'conflict'],
  ])('is not settled: %s', async (_, session, payload, status, code) => {
    const [item] = (await get('?limit=1')).items;
    const answer = await settle(session === 'known' ? (item?.session.id ?? '') : session, payload);
    expect([answer.statusCode, answer.json()]).toEqual([status, expect.objectContaining({ code })]);
  });

  it('is not for guests', async () => {
    expect((await inject({ url: '/v1/reconciliation' })).statusCode).toBe(401);
    expect((await settle('known', { resolution: 'accept' }, {})).statusCode).toBe(401);
  });
});
