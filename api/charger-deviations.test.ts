import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';
import { plugIn } from './specimen-charger.ts';

const SECRET = 's'.repeat(40);

describe('the ways of a charger', () => {
  let specimen: Specimen;
  const get = (url: string) => specimen.api.inject({ url, headers: ADMIN });
  const put = (payload: object) =>
    specimen.api.inject({ method: 'PUT', url: '/v1/chargers/ODD', payload, headers: ADMIN });

  beforeAll(async () => {
    specimen = await openSpecimen();
    await put({ secret: SECRET });
  });
  afterAll(() => specimen[Symbol.asyncDispose]());

  it('are counted, shown with their meaning, and in the list as a total', async () => {
    await using odd = await plugIn(specimen.ocppUrl, { id: 'ODD', secret: SECRET, connectors: 0, answers: {} });
    await odd.call('Authorize', { idTag: 'X'.repeat(30), colour: 'red' });
    await odd.call('Authorize', { idTag: 'X'.repeat(30) });
    expect((await get('/v1/chargers/ODD/deviations')).json()).toEqual({
      items: [
        {
          action: 'Authorize',
          field: 'idTag',
          kind: 'too-long',
          meaning: expect.stringContaining('kept whole'),
          count: 2,
          firstAt: expect.any(String),
          lastAt: expect.any(String),
          example: '30 characters',
        },
        expect.objectContaining({ field: 'colour', kind: 'unknown-field', count: 1, example: '"red"' }),
      ],
    });
    expect((await get('/v1/chargers/ODD')).json()).toMatchObject({ deviations: 3, quirks: [] });
    expect((await get('/v1/chargers')).json()).toMatchObject({ items: [{ id: 'ODD', deviations: 3 }] });
  });

  it('are named by a person; a charger that is connected comes again to be treated so', async () => {
    await using charger = await plugIn(specimen.ocppUrl, { id: 'ODD', secret: SECRET, connectors: 0, answers: {} });
    expect(charger.asked).toEqual([]);
    const named = await put({ quirks: ['watts-only', 'dies-from-pings'] });
    expect([named.statusCode, named.json()]).toEqual([
      200,
      expect.objectContaining({
        quirks: [
          { name: 'dies-from-pings', known: 'named' },
          { name: 'watts-only', known: 'named' },
        ],
      }),
    ]);
    await expect.poll(async () => (await get('/v1/chargers/ODD')).json()).toMatchObject({ connection: null });
    expect((await put({ quirks: [] })).json()).toMatchObject({ quirks: [] });
  });

  it('may be named only as they are known', async () => {
    const refused = await put({ quirks: ['dances'] });
    expect([refused.statusCode, refused.json()]).toEqual([400, expect.objectContaining({ code: 'invalid' })]);
    const { items } = (await get('/v1/quirks')).json<{ items: { name: string }[] }>();
    expect(items.map(({ name }) => name)).toContain('dies-from-pings');
  });

  it('of a charger that is not registered are not found', async () => {
    expect((await get('/v1/chargers/NOBODY/deviations')).statusCode).toBe(404);
  });
});
