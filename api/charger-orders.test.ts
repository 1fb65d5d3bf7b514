import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoTime, MINUTE } from '#estate/units.ts';
import { openSpecimen, ADMIN, type Specimen } from './specimen.ts';
import { plugIn, type SpecimenCharger } from './specimen-charger.ts';

describe('what is ordered of a charger', () => {
  let specimen: Specimen;
  let charger: SpecimenCharger;
  const answers: Record<string, object> = { ClearCache: { status: 'Accepted' } };

  const register = async (id: string) => {
    const request = { method: 'PUT', url: `/v1/chargers/${id}`, payload: {}, headers: ADMIN } as const;
    return (await specimen.api.inject(request)).json<{ secret: string }>().secret;
  };
  const post = (path: string, payload: object) =>
    specimen.api.inject({ method: 'POST', url: `/v1/chargers/${path}`, payload, headers: ADMIN });
  const read = async (path: string) =>
    (await specimen.api.inject({ url: `/v1/chargers/${path}`, headers: ADMIN })).json<{ items: { id: string }[] }>();

  beforeAll(async () => {
    specimen = await openSpecimen();
    const secret = await register('CP-1');
    charger = await plugIn(specimen.ocppUrl, { id: 'CP-1', secret, connectors: 1, answers });
    await register('CP-2');
  });
  afterAll(async () => {
    await charger[Symbol.asyncDispose]();
    await specimen[Symbol.asyncDispose]();
  });

  it('is answered with the charger’s own words, and stays on record', async () => {
    const answered = await post('CP-1/commands', { command: 'clear-cache' });
    expect(answered.statusCode).toBe(200);
    const order = answered.json<{ id: string }>();
    expect(order).toMatchObject({
      charger: 'CP-1',
      said: { command: 'clear-cache' },
      by: 'admin-key',
      state: 'done',
      outcome: 'accepted',
      response: { status: 'Accepted' },
    });
    expect((await read('CP-1/commands')).items).toContainEqual(order);
    expect(await read(`CP-1/commands/${order.id}`)).toEqual(order);
    expect(await read(`CP-2/commands/${order.id}`)).toMatchObject({ code: 'not-found' });
  });

  it('may be any action of its version, and leaves only when it keeps to the schema', async () => {
    const reset = await post('CP-1/ocpp/ClearCache', {});
    expect(reset.json()).toMatchObject({ said: { action: 'ClearCache', payload: {} }, outcome: 'accepted' });
    const before = charger.asked.length;
    const wrong = [
      ['ocpp/Reset', { type: 'Gently' }, 400, 'invalid'],
      ['ocpp/SetVariables', {}, 422, 'unsupported'],
      ['ocpp/BootNotification', { chargePointVendor: 'A', chargePointModel: 'B' }, 422, 'unsupported'],
      ['ocpp/constructor', {}, 422, 'unsupported'],
    ] as const;
    for (const [path, payload, status, code] of wrong) {
      const refused = await post(`CP-1/${path}`, payload);
      expect([path, refused.statusCode, refused.json()]).toMatchObject([path, status, { code }]);
    }
    expect(charger.asked).toHaveLength(before);
  });

  it('waits for a charger that is not connected, where a time is given, and is a conflict else', async () => {
    const refused = await post('CP-2/commands', { command: 'clear-cache' });
    expect([refused.statusCode, refused.json()]).toMatchObject([409, { code: 'offline' }]);
    const until = isoTime(specimen.deps.ground.clock.now() + MINUTE);
    const waiting = await post(`CP-2/commands?until=${until}`, { command: 'clear-cache' });
    expect([waiting.statusCode, waiting.json()]).toMatchObject([202, { state: 'waiting', outcome: null, until }]);
    const past = await post('CP-2/commands?until=2020-01-01T00:00:00Z', { command: 'clear-cache' });
    expect([past.statusCode, past.json()]).toMatchObject([400, { code: 'invalid' }]);
  });
});
