import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoTime } from '#estate/units.ts';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';

const ID = 'IT-PGR-barolo-1';
const CHARGER = { id: ID, site: 'barolo', synthetic: false };

interface Page {
  items: Record<string, unknown>[];
  next: string | null;
}

describe('what a charger reports of itself', () => {
  let specimen: Specimen;
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject({ headers: ADMIN, ...request });
  const get = async (url: string) => (await inject({ url })).json<Page>();
  const at = Date.now();
  const place = {
    component: 'EVSE',
    componentInstance: null,
    evse: 1,
    connector: null,
    variable: 'Power',
    variableInstance: null,
  };
  const monitor = { ...place, type: 'upper-threshold' as const, value: 11_000, severity: 2, inTransaction: false };

  beforeAll(async () => {
    specimen = await openSpecimen();
    await inject({ method: 'PUT', url: '/v1/sites/barolo', payload: { name: 'Barolo' } });
    await inject({ method: 'PUT', url: `/v1/chargers/${ID}`, payload: { site: 'barolo' } });
  });
  afterAll(() => specimen[Symbol.asyncDispose]());

  it('are its monitors, page by page', async () => {
    const { monitoring } = specimen.deps.parts.charging;
    await monitoring.set(
      CHARGER,
      [1, 10, 2].map((id) => ({ id, ...monitor })),
      at,
    );
    await monitoring.scoped(CHARGER, { level: 4 }, at);
    const first = await get(`/v1/chargers/${ID}/monitors?limit=2`);
    expect(first).toEqual({
      items: [
        { id: 1, ...monitor },
        { id: 2, ...monitor },
      ],
      next: expect.any(String) as string,
      base: null,
      level: 4,
    });
    expect((await get(`/v1/chargers/${ID}/monitors?cursor=${first.next}`)).items).toEqual([{ id: 10, ...monitor }]);
    expect(await get('/v1/chargers/nobody/monitors')).toMatchObject({ code: 'not-found' });
  });

  it('are its events, which raise an alarm while they are severe', async () => {
    const { monitoring } = specimen.deps.parts.charging;
    const event = {
      ...place,
      trigger: 'alerting' as const,
      cause: null,
      value: '12000',
      techCode: null,
      techInfo: null,
      cleared: false,
      transaction: null,
      monitor: 1,
    };
    specimen.facts.listen((fact) => specimen.deps.parts.building.note(fact));
    await monitoring.happened(CHARGER, [{ ...event, said: 'a', eventId: 1, at }], at);
    await monitoring.happened(CHARGER, [{ ...event, said: 'b', eventId: 2, at, monitor: null }], at + 1);
    const items = [
      { eventId: 2, severity: null },
      { eventId: 1, severity: 2, at: isoTime(at), charger: ID, site: 'barolo', ...place },
    ];
    expect(await get(`/v1/chargers/${ID}/events`)).toMatchObject({ items, next: null });
    expect(await get('/v1/charger-events?limit=1&site=barolo')).toMatchObject({ items: items.slice(0, 1) });
    expect((await get('/v1/charger-events?severity=3')).items).toHaveLength(1);
    expect((await get('/v1/charger-events?severity=1')).items).toHaveLength(0);
    await expect
      .poll(async () => (await get('/v1/alarms?active=true')).items)
      .toMatchObject([{ id: `charger-event:${ID}`, text: expect.stringContaining('EVSE 1 Power 12000') as string }]);
    await monitoring.happened(CHARGER, [{ ...event, said: 'c', eventId: 3, at, cleared: true }], at);
    await expect.poll(async () => (await get('/v1/alarms?active=true')).items).toEqual([]);
  });

  it('is what stands on its display', async () => {
    const message = {
      id: 3,
      priority: 'in-front' as const,
      state: null,
      from: null,
      to: at + 3_600_000,
      transaction: null,
      format: 'utf8',
      language: 'it',
      content: 'Ciao',
      display: null,
      evse: null,
    };
    await specimen.deps.parts.charging.displays.set(CHARGER, message, at);
    expect(await get(`/v1/chargers/${ID}/displayed-messages`)).toEqual({
      items: [{ ...message, to: isoTime(message.to) }],
      next: null,
    });
  });

  it('of customers is for managers alone', async () => {
    const { customerReports } = specimen.deps.parts.charging;
    await customerReports.asked({ charger: ID, request: 5, cleared: false, at });
    await customerReports.told({ charger: ID, request: 5, seqNo: 0, more: false, text: 'Anna Rossi' });
    const url = `/v1/chargers/${ID}/customer-information`;
    expect(await get(url)).toEqual({
      items: [{ request: 5, askedAt: isoTime(at), cleared: false, complete: true, text: 'Anna Rossi' }],
    });
    const signedIn = async (user: string, role: string) => {
      const password = `the password of ${user}`;
      await inject({ method: 'PUT', url: `/v1/users/${user}`, payload: { role, password } });
      const answer = await inject({ method: 'POST', url: '/v1/sign-in', payload: { user, password }, headers: {} });
      return { cookie: answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
    };
    expect((await inject({ url, headers: await signedIn('olga', 'operator') })).statusCode).toBe(403);
    expect((await inject({ url, headers: await signedIn('mara', 'manager') })).statusCode).toBe(200);
  });
});
