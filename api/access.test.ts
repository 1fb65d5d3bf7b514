import cookie from '@fastify/cookie';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { secureRandom } from '#estate/random.ts';
import { guard } from './access.ts';
import { createPeople, ensureFirstAdmin } from './people.ts';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';

const ground = { clock: systemClock, random: secureRandom, log: silentLog };
const problem = z.looseObject({ code: z.string(), detail: z.string() });

describe('access', () => {
  let specimen: Specimen;
  let firstPassword: string;
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject(request);
  const signIn = async (user: string, password: string, headers = {}) => {
    const answer = await inject({ method: 'POST', url: '/v1/sign-in', payload: { user, password }, headers });
    const cookies = answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const csrf = answer.cookies.find(({ name }) => name === 'polisgrid_csrf')?.value ?? '';
    return { answer, cookie: cookies, csrf };
  };
  const makeUser = (user: string, role: string, password = `the password of ${user}`) =>
    inject({ method: 'PUT', url: `/v1/users/${user}`, payload: { role, password }, headers: ADMIN });

  beforeAll(async () => {
    specimen = await openSpecimen();
    firstPassword = (await ensureFirstAdmin(specimen.deps.stores.records, ground))?.password ?? '';
    for (const role of ['viewer', 'operator', 'manager']) await makeUser(role, role);
  });
  afterAll(() => specimen[Symbol.asyncDispose]());

  it('begins with one admin whose password is random and shown once', async () => {
    expect(firstPassword).toMatch(/^[A-Za-z0-9]{20}$/);
    expect(await ensureFirstAdmin(specimen.deps.stores.records, ground)).toBeNull();
    const { answer, cookie: cookies } = await signIn('admin', firstPassword);
    expect(answer.statusCode).toBe(204);
    const me = await inject({ url: '/v1/me', headers: { cookie: cookies } });
    expect(me.json()).toEqual({ user: 'admin', role: 'admin' });
  });

  it('hides the session from scripts, and behind https from every other host', async () => {
    const plain = (await signIn('admin', firstPassword)).answer.cookies;
    expect(plain).toMatchObject([
      { name: 'polisgrid_session', httpOnly: true, sameSite: 'Lax', path: '/' },
      { name: 'polisgrid_csrf', sameSite: 'Lax', path: '/' },
    ]);
    expect(plain.some((one) => one.secure)).toBe(false);
    const secure = (await signIn('admin', firstPassword, { 'x-forwarded-proto': 'https' })).answer.cookies;
    expect(secure).toMatchObject([
      { name: '__Host-polisgrid_session', httpOnly: true, secure: true, path: '/' },
      { name: 'polisgrid_csrf', secure: true },
    ]);
  });

  it('answers an unknown user as it does a wrong password', async () => {
    const unknown = await signIn('nobody', 'x');
    const wrong = await signIn('admin', 'x');
    expect(unknown.answer.statusCode).toBe(401);
    expect(unknown.answer.json()).toEqual(wrong.answer.json());
    expect(unknown.answer.cookies).toEqual([]);
  });

  it('ends with the sign-out', async () => {
    const { cookie: cookies, csrf } = await signIn('viewer', 'the password of viewer');
    const headers = { cookie: cookies, 'x-csrf-token': csrf };
    expect((await inject({ method: 'POST', url: '/v1/sign-out', headers })).statusCode).toBe(204);
    expect((await inject({ url: '/v1/me', headers })).statusCode).toBe(401);
  });

  it('of a user ends when the password is changed', async () => {
    await makeUser('carla', 'viewer');
    const { cookie: cookies } = await signIn('carla', 'the password of carla');
    await makeUser('carla', 'viewer', 'quite another one');
    expect((await inject({ url: '/v1/me', headers: { cookie: cookies } })).statusCode).toBe(401);
  });

  it.each([
    ['viewer', { sites: 200, commands: 403, put: 403, users: 403 }],
    ['operator', { sites: 200, commands: 404, put: 403, users: 403 }],
    ['manager', { sites: 200, commands: 404, put: 201, users: 403 }],
    ['admin', { sites: 200, commands: 404, put: 201, users: 200 }],
    ['nobody', { sites: 401, commands: 401, put: 401, users: 401 }],
  ])('of a %s opens what the role may do', async (user, expected) => {
    const password = user === 'admin' ? firstPassword : `the password of ${user}`;
    const { cookie: cookies, csrf } = await signIn(user, password);
    const headers = { cookie: cookies, 'x-csrf-token': csrf };
    const payload = { command: 'reset' };
    const answers = {
      sites: await inject({ url: '/v1/sites', headers }),
      commands: await inject({ method: 'POST', url: '/v1/chargers/c1/commands', payload, headers }),
      put: await inject({ method: 'PUT', url: `/v1/sites/of-${user}`, payload: { name: 'x' }, headers }),
      users: await inject({ url: '/v1/users', headers }),
    };
    expect(Object.fromEntries(Object.entries(answers).map(([what, { statusCode }]) => [what, statusCode]))).toEqual(
      expected,
    );
  });

  it.each([
    ['without the token', {}],
    ['with a wrong token', { 'x-csrf-token': 'x' }],
  ])('by cookie changes nothing %s that only our own page knows', async (_name, csrf) => {
    const { cookie: cookies } = await signIn('admin', firstPassword);
    const answer = await inject({
      method: 'PUT',
      url: '/v1/sites/forged',
      payload: { name: 'x' },
      headers: { cookie: cookies, ...csrf },
    });
    expect(answer.statusCode).toBe(403);
    expect(problem.parse(answer.json()).detail).toContain('X-CSRF-Token');
  });

  it.each(['Bearer', 'Bearer wrong', 'Bearer é', 'Basic dGhlOmtleQ==', 'Bearer the-key-of-the-tests2'])(
    'is refused to %j',
    async (authorization) => {
      const answer = await inject({ url: '/v1/me', headers: { authorization } });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    },
  );

  it('keeps the last admin', async () => {
    const answer = await inject({ method: 'PUT', url: '/v1/users/admin', payload: { role: 'viewer' }, headers: ADMIN });
    expect(answer.statusCode).toBe(409);
  });

  it('leaves one audit entry for each change, also for one that was refused', async () => {
    await inject({ method: 'PUT', url: '/v1/sites/audited', payload: {}, headers: ADMIN });
    const entries = (await inject({ url: '/v1/audit?limit=1000', headers: ADMIN })).json<{ items: object[] }>().items;
    expect(entries).toContainEqual({
      at: expect.any(String),
      who: 'admin-key',
      what: 'PUT /v1/sites/:id',
      target: '/v1/sites/audited',
      outcome: 400,
    });
    expect(entries).toContainEqual(expect.objectContaining({ who: 'viewer', what: 'POST /v1/sign-in', outcome: 204 }));
    expect(JSON.stringify(entries)).not.toContain(firstPassword);
  });

  it('cannot be left out of a route', async () => {
    const { deps } = specimen;
    const { secrets, stores } = deps;
    const app = fastify();
    await app.register(cookie);
    guard(app, { people: createPeople({ records: stores.records, secrets, ground }), secrets, keys: new Map() });
    app.get('/open-by-mistake', () => 'secret');
    await expect(app.ready()).rejects.toThrow('/open-by-mistake does not say who may use it');
  });
});

it('slows down who guesses passwords, and does not lock the user out elsewhere', async () => {
  await using specimen = await openSpecimen();
  const admin = await ensureFirstAdmin(specimen.deps.stores.records, ground);
  const signIn = (password: string, remoteAddress: string) =>
    specimen.api.inject({ method: 'POST', url: '/v1/sign-in', payload: { user: 'admin', password }, remoteAddress });
  const answers = await Promise.all(Array.from({ length: 12 }, () => signIn('guess', '10.0.0.1')));
  expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(8);
  const refused = answers.filter(({ statusCode }) => statusCode === 429);
  expect(refused).toHaveLength(4);
  expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
  expect((await signIn(admin?.password ?? '', '10.0.0.2')).statusCode).toBe(204);
});
