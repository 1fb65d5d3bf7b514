import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putSite } from '#storage/registry.ts';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';
import { plugIn } from './specimen-charger.ts';

const NOW = Date.now();

describe('the estate', () => {
  let specimen: Specimen;
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject(request);
  const get = async <T>(url: string) => (await inject({ url, headers: ADMIN })).json<T>();
  const put = (url: string, payload: object) => inject({ method: 'PUT', url, payload, headers: ADMIN });
  const measure = (device: string, type: string, powerW: number, ts: number) =>
    specimen.deps.stores.series.append([{ site: 'barolo', device, type, ts, values: { W: powerW } }]);

  beforeAll(async () => {
    specimen = await openSpecimen();
    await put('/v1/sites/barolo', { name: 'Barolo', latitude: 44.61, longitude: 7.94, gridLimitW: 20_000 });
  });
  afterAll(() => specimen[Symbol.asyncDispose]());

  it('takes a site, says that it is new, and then that it was there', async () => {
    const site = { name: 'Alba', latitude: 44.7, longitude: 8.03 };
    const made = await put('/v1/sites/alba', site);
    expect([made.statusCode, made.json()]).toEqual([201, { id: 'alba', ...site, gridLimitW: null, synthetic: false }]);
    expect((await put('/v1/sites/alba', { ...site, gridLimitW: 5_000 })).statusCode).toBe(200);
    expect(await get('/v1/sites/alba')).toEqual({
      id: 'alba',
      ...site,
      gridLimitW: 5_000,
      synthetic: false,
      state: 'unknown',
      chargers: 0,
      chargersOnline: 0,
      charging: 0,
      alarms: 0,
      power: { gridW: null, pvW: null, buildingW: null, chargingW: null },
      updatedAt: null,
    });
  });

  it('lists what was just put', async () => {
    await get('/v1/sites');
    await put('/v1/sites/asti', { name: 'Asti' });
    expect((await get<{ items: { id: string }[] }>('/v1/sites')).items.map(({ id }) => id)).toContain('asti');
  });

  it('shows the secret of a charger once', async () => {
    const made = await put('/v1/chargers/IT*PGR:1', { site: 'barolo' });
    expect([made.statusCode, made.json()]).toEqual([
      201,
      expect.objectContaining({
        id: 'IT*PGR:1',
        site: 'barolo',
        online: false,
        secret: expect.stringMatching(/^\w{40}$/),
      }),
    ]);
    const changed = await put('/v1/chargers/IT*PGR:1', { securityProfile: 1 });
    expect([changed.statusCode, changed.json()]).toEqual([
      200,
      expect.not.objectContaining({ secret: expect.anything() }),
    ]);
    expect(changed.json()).toMatchObject({ site: 'barolo' });
    expect((await put('/v1/chargers/IT*PGR:1', { secret: 'chosen-by-hand' })).json()).toMatchObject({
      secret: 'chosen-by-hand',
    });
    expect(await get('/v1/chargers/IT*PGR:1')).not.toHaveProperty('secret');
    expect(await get('/v1/chargers?site=barolo')).toMatchObject({
      items: [{ id: 'IT*PGR:1', connectors: [], connection: null }],
    });
    expect((await put('/v1/chargers/c2', { site: 'nowhere' })).json()).toMatchObject({
      code: 'not-found',
      detail: expect.stringContaining('PUT /v1/sites/nowhere'),
    });
  });

  it('cuts off a charger whose secret was changed, and shows why it is refused', async () => {
    const { secret } = (await put('/v1/chargers/cut', {})).json<{ secret: string }>();
    await using charger = await plugIn(specimen.ocppUrl, { id: 'cut', secret, connectors: 1, answers: {} });
    await put('/v1/chargers/cut', { secret });
    expect(await get('/v1/chargers/cut')).toMatchObject({ online: true });
    await put('/v1/chargers/cut', { secret: 'another-secret' });
    await expect.poll(() => get('/v1/chargers/cut')).toMatchObject({ online: false, connection: null });
    await expect(plugIn(specimen.ocppUrl, { id: 'cut', secret, connectors: 1, answers: {} })).rejects.toThrow('401');
    expect(await get('/v1/chargers/refused')).toMatchObject({
      items: [{ identity: 'cut', reason: expect.any(String) }],
    });
    expect(charger.asked).toEqual([]);
  });

  it('passes a command on and gives back the answer of the charger itself', async () => {
    const { secret } = (await put('/v1/chargers/asked', {})).json<{ secret: string }>();
    const answers = { Reset: { status: 'Rejected' } };
    await using charger = await plugIn(specimen.ocppUrl, { id: 'asked', secret, connectors: 1, answers });
    const url = '/v1/chargers/asked/commands';
    const reset = await inject({ method: 'POST', url, payload: { command: 'reset', type: 'hard' }, headers: ADMIN });
    expect(reset.json()).toMatchObject({ outcome: 'rejected', response: { status: 'Rejected' } });
    expect(charger.asked).toEqual([{ action: 'Reset', payload: { type: 'Hard' } }]);
    const unknown = await inject({ method: 'POST', url, payload: { command: 'explode' }, headers: ADMIN });
    expect(unknown.json()).toMatchObject({ code: 'invalid', errors: [{ path: 'body/command' }] });
  });

  it('keeps tokens, whatever their case', async () => {
    const token = { status: 'blocked', group: 'staff', expiresAt: '2030-01-01T00:00:00.000Z' };
    expect((await put('/v1/tokens/04A2B6', token)).statusCode).toBe(201);
    expect((await put('/v1/tokens/04A2B6', { status: 'accepted' })).statusCode).toBe(200);
    expect(await get('/v1/tokens/04a2b6')).toMatchObject({ status: 'accepted', group: null, expiresAt: null });
    expect((await put('/v1/tokens/x', { status: 'lost' })).json()).toMatchObject({ errors: [{ path: 'body/status' }] });
  });

  it('takes devices of the types it knows, and no charger for one', async () => {
    const made = await put('/v1/devices/barolo-gw', { site: 'barolo', type: 'gateway' });
    expect([made.statusCode, made.json()]).toEqual([
      201,
      expect.objectContaining({
        site: 'barolo',
        online: false,
        values: null,
        secret: expect.stringMatching(/^\w{40}$/),
      }),
    ]);
    expect((await put('/v1/devices/x', { site: 'barolo', type: 'toaster' })).json()).toMatchObject({
      detail: expect.stringContaining('grid-meter'),
    });
    expect((await put('/v1/devices/x', { site: 'barolo', type: 'charging-station' })).statusCode).toBe(400);
    expect((await put('/v1/devices/cut', { site: 'barolo', type: 'gateway' })).json()).toMatchObject({
      code: 'conflict',
    });
    expect(await get('/v1/devices?site=barolo')).toMatchObject({
      items: [{ id: 'barolo-gw', type: 'gateway' }],
      next: null,
    });
    const command = {
      method: 'POST',
      url: '/v1/devices/barolo-gw/commands',
      payload: { set: { TmpSet: 20 } },
      headers: ADMIN,
    } as const;
    expect((await inject(command)).statusCode).toBeGreaterThanOrEqual(400);
  });

  it('shows what a device sent that has no place', async () => {
    const reading = { site: 'barolo', device: 'hall', type: 'sensor', ts: NOW, values: { TmpAir: 21, Mood: 7 } };
    await specimen.deps.parts.telemetry.accept([reading]);
    expect(await get('/v1/quarantine?site=barolo')).toMatchObject({
      items: [{ device: 'hall', metric: 'Mood', reason: 'sensor has no such metric', times: 1 }],
    });
    expect(await get('/v1/quarantine?site=alba')).toEqual({ items: [] });
    expect(await get('/v1/dead-letters')).toEqual({ items: [] });
  });

  it('draws the balance of a site and the series of a device from the same points', async () => {
    await put('/v1/devices/grid', { site: 'barolo', type: 'grid-meter' });
    await put('/v1/devices/pv', { site: 'barolo', type: 'pv-inverter' });
    const from = NOW - (NOW % 600_000) - 600_000;
    for (const [ts, powerW] of [
      [from, 1_000],
      [from + 60_000, 3_000],
      [from + 300_000, -500],
    ] as const) {
      await measure('grid', 'grid-meter', powerW, ts);
    }
    await measure('pv', 'pv-inverter', 4_000, from + 300_000);
    const span = `from=${new Date(from).toISOString()}&to=${from + 600_000}`;
    expect(await get(`/v1/sites/barolo/power?${span}`)).toEqual({
      points: [
        { at: from, gridW: 2_000, pvW: null, buildingW: null, chargingW: 0 },
        { at: from + 300_000, gridW: -500, pvW: 4_000, buildingW: null, chargingW: 0 },
      ],
    });
    const series = '/v1/series?device=grid&metric=W';
    expect(await get(`${series}&${span}&step=600&aggregate=max`)).toEqual({ points: [[from, 3_000]] });
    expect(await get(`${series}&${span}&step=10m&aggregate=max`)).toEqual({ points: [[from, 3_000]] });
    expect((await get<{ points: unknown[] }>(`${series}&${span}`)).points).toHaveLength(3);
    expect(await get('/v1/series?device=nothing&metric=W')).toEqual({ points: [] });
  });

  it('goes through its pages and names every site once', async () => {
    const { records } = specimen.deps.stores;
    for (let site = 0; site < 25; site++) {
      const id = `page-${String(site).padStart(2, '0')}`;
      await records.run(putSite, { id, name: id, latitude: null, longitude: null, gridLimitW: null, synthetic: true });
    }
    await put('/v1/sites/page-99', { name: 'last' });
    const seen: string[] = [];
    for (let url: string | undefined = '/v1/sites?limit=10'; url !== undefined;) {
      const answer = await inject({ url, headers: ADMIN });
      seen.push(...answer.json<{ items: { id: string }[] }>().items.map(({ id }) => id));
      url = /<(.*)>/.exec(String(answer.headers.link ?? ''))?.[1];
    }
    expect(seen.filter((id) => id.startsWith('page-'))).toHaveLength(26);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('has no alarm, and says so', async () => {
    expect(await get('/v1/alarms?active=true')).toEqual({ items: [], next: null });
  });
});
