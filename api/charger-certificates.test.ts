import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECOND } from '#estate/units.ts';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';
import { plugIn } from './specimen-charger.ts';

let specimen: Specimen;
beforeEach(async () => {
  specimen = await openSpecimen();
  await put('/v1/chargers/CP-1', { secret: 'a-secret-of-CP-1' });
});
afterEach(() => specimen[Symbol.asyncDispose]());

const put = (url: string, payload: object) => specimen.api.inject({ method: 'PUT', url, headers: ADMIN, payload });
const get = (url: string) => specimen.api.inject({ method: 'GET', url, headers: ADMIN });
const charger = { id: 'CP-1', site: null, synthetic: false };
const shown = { serial: '1f', fingerprint: 'ab'.repeat(32), notAfter: Date.UTC(2030, 0) };

describe('the roots of an installation', () => {
  it('are not there where it has no authority', async () => {
    const answer = await specimen.api.inject({ url: '/v1/ca.pem' });
    expect([answer.statusCode, answer.json()]).toMatchObject([404, { code: 'not-found' }]);
  });
});

describe('the certificates of a charger', () => {
  it('are listed and can be revoked', async () => {
    const { certificates } = specimen.deps.parts.charging;
    expect(await certificates.presented(charger, shown, Date.UTC(2026, 4))).toBeNull();
    const { items } = (await get('/v1/chargers/CP-1/certificates')).json();
    expect(items).toEqual([
      {
        id: expect.any(String),
        use: 'charging-station',
        state: 'in-use',
        reason: null,
        serial: '1f',
        fingerprint: shown.fingerprint,
        notBefore: null,
        notAfter: '2030-01-01T00:00:00.000Z',
        ours: false,
        issuedAt: '2026-05-01T00:00:00.000Z',
        usedAt: '2026-05-01T00:00:00.000Z',
        overlapUntil: null,
      },
    ]);
    const url = `/v1/chargers/CP-1/certificates/${items[0].id}`;
    const revoked = await specimen.api.inject({ method: 'DELETE', url, headers: ADMIN });
    expect([revoked.statusCode, revoked.json()]).toMatchObject([200, { state: 'revoked' }]);
    expect(await certificates.presented(charger, shown, Date.now())).toBe('was revoked');
  });

  it('of another charger cannot be revoked through this one', async () => {
    await put('/v1/chargers/CP-2', {});
    await specimen.deps.parts.charging.certificates.presented(charger, shown, Date.UTC(2026, 4));
    const [known] = await specimen.deps.parts.charging.certificates.of('CP-1', 1);
    const url = `/v1/chargers/CP-2/certificates/${known?.id}`;
    expect((await specimen.api.inject({ method: 'DELETE', url, headers: ADMIN })).statusCode).toBe(404);
  });

  it.each(['certificates', 'installed-certificates', 'security-events'])(
    '%s: there is no such charger',
    async (what) => {
      expect((await get(`/v1/chargers/CP-9/${what}`)).statusCode).toBe(404);
    },
  );

  it('that it trusts are listed as it told', async () => {
    const hashes = { hashAlgorithm: 'SHA256', issuerNameHash: 'ab', issuerKeyHash: 'cd', serial: '1F' };
    const installed = [{ type: 'central-system-root' as const, ...hashes }];
    const at = Date.UTC(2026, 4);
    await specimen.deps.parts.charging.certificates.listed('CP-1', { types: ['central-system-root'], installed, at });
    expect((await get('/v1/chargers/CP-1/installed-certificates')).json()).toEqual({
      items: [{ type: 'central-system-root', ...hashes, seenAt: '2026-05-01T00:00:00.000Z' }],
    });
  });
});

describe('the secret of a charger', () => {
  const rotate = () => specimen.api.inject({ method: 'POST', url: '/v1/chargers/CP-1/secret', headers: ADMIN });

  it('is not rotated while the charger is not connected', async () => {
    const answer = await rotate();
    expect([answer.statusCode, answer.json()]).toMatchObject([409, { code: 'offline' }]);
  });

  it('is rotated with the charger’s consent, and told to nobody else', async () => {
    const answers = { ChangeConfiguration: { status: 'Accepted' } };
    await using plugged = await plugIn(specimen.ocppUrl, {
      id: 'CP-1',
      secret: 'a-secret-of-CP-1',
      connectors: 1,
      answers,
    });
    expect((await rotate()).json()).toEqual({ outcome: 'accepted', response: { status: 'Accepted' } });
    const secret = String(plugged.asked.find(({ action }) => action === 'ChangeConfiguration')?.payload['value']);
    expect(secret).toMatch(/^[0-9a-f]{40}$/);
    await expect.poll(async () => (await get('/v1/chargers/CP-1/messages')).body).toContain('AuthorizationKey');
    for (const url of ['/v1/chargers/CP-1/messages', '/v1/chargers/CP-1/commands', '/v1/audit']) {
      expect((await get(url)).body).not.toContain(secret);
    }
  });

  it('that an engineer sends with a raw call is shown to nobody', async () => {
    const answers = { ChangeConfiguration: { status: 'Accepted' } };
    await using _plugged = await plugIn(specimen.ocppUrl, {
      id: 'CP-1',
      secret: 'a-secret-of-CP-1',
      connectors: 1,
      answers,
    });
    const url = '/v1/chargers/CP-1/ocpp/ChangeConfiguration';
    const payload = { key: 'AuthorizationKey', value: 'another-secret-1' };
    expect((await specimen.api.inject({ method: 'POST', url, headers: ADMIN, payload })).statusCode).toBe(200);
    expect((await get('/v1/chargers/CP-1/commands')).body).not.toContain('another-secret-1');
  });
});

describe('security events', () => {
  it('are listed newest first, page by page, of one charger and of all', async () => {
    const { securityEvents } = specimen.deps.parts.charging;
    await put('/v1/chargers/CP-2', {});
    for (let n = 0; n < 4; n++) {
      const at = Date.UTC(2026, 4) + n * SECOND;
      const event = { kind: 'InvalidMessages', at, receivedAt: at, text: `${n}`, source: 'charger' as const };
      await securityEvents.note({ ...charger, id: n % 2 === 0 ? 'CP-1' : 'CP-2' }, event);
    }
    const first = (await get('/v1/security-events?limit=3')).json();
    expect(first.items.map(({ text }: { text: string }) => text)).toEqual(['3', '2', '1']);
    const rest = (await get(`/v1/security-events?limit=3&cursor=${first.next}`)).json();
    expect(rest).toMatchObject({ items: [{ text: '0', critical: false, source: 'charger' }], next: null });
    const ofOne = (await get('/v1/chargers/CP-1/security-events')).json();
    expect(ofOne.items.map(({ text }: { text: string }) => text)).toEqual(['2', '0']);
  });
});
