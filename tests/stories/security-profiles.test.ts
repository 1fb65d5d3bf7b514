import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { provisionEstate, secretsFrom, startEstate } from '#simulators/index.ts';
import { FIELD_KEY, smallEstate } from '../platform/field.ts';
import { eventually, type Caller } from '../platform/http.ts';
import { ADMIN_KEY, startTestPlatform } from '../platform/in-process.ts';
import type { ChargerView } from '../platform/views.ts';

interface CertificateView {
  state: string;
  serial: string | null;
}

describe('Chargers of both versions over TLS', () => {
  it('sign in with a secret, take a new one, get a certificate, and sign in with that', async () => {
    await using polisgrid = await startTestPlatform();
    const { admin, anyone, platform } = polisgrid;
    const estate = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'] });
    const secrets = secretsFrom(FIELD_KEY);
    await provisionEstate(estate, { api: platform.consoleUrl, key: ADMIN_KEY, secrets });
    const chargers = estate.chargers.map(({ id }) => id);
    const demand = (securityProfile: number) =>
      Promise.all(chargers.map((id) => admin.put(`/v1/chargers/${id}`, { securityProfile })));
    await demand(2);

    const roots = String((await anyone.get('/v1/ca.pem')).body);
    expect(new X509Certificate(roots).ca).toBe(true);
    await using _fleet = await startEstate({ estate, secrets, ocppUrl: platform.ocppsUrl ?? '', roots });
    await allOnline(admin);

    const before = await epochs(admin);
    for (const id of chargers) {
      expect((await admin.post(`/v1/chargers/${id}/secret`)).body).toMatchObject({ outcome: 'accepted' });
    }
    await eventually(() => epochs(admin), newerThan(before));
    const stillWaits = await admin.items<{ kind: string }>('/v1/security-events');
    expect(stillWaits.filter(({ kind }) => kind === 'SignInFailed')).toEqual([]);

    const first = await renewed(admin, chargers, 1);
    expect(first.every(([certificate]) => certificate?.state === 'in-use')).toBe(true);

    await demand(3);
    await allOnline(admin);
    const second = await renewed(admin, chargers, 2);
    for (const [now, old] of second) expect([now?.state, old?.state]).toEqual(['in-use', 'replaced']);
    await allOnline(admin);
  }, 60_000);
});

async function allOnline(admin: Caller): Promise<void> {
  await eventually(
    () => admin.items<ChargerView>('/v1/chargers'),
    (found) => found.length > 0 && found.every(({ online }) => online),
  );
}

async function epochs(admin: Caller): Promise<number[]> {
  const found = await admin.items<{ connection: { epoch: number } | null }>('/v1/chargers');
  return found.map(({ connection }) => connection?.epoch ?? 0);
}

function newerThan(before: readonly number[]): (now: readonly number[]) => boolean {
  return (now) => now.every((epoch, n) => epoch > (before[n] ?? 0));
}

/** Has each charger renew its certificate; resolves with the certificates of each, once it signed in with the newest. */
function renewed(admin: Caller, chargers: readonly string[], count: number): Promise<CertificateView[][]> {
  return Promise.all(
    chargers.map(async (id) => {
      const asked = await admin.post(`/v1/chargers/${id}/commands`, { command: 'renew-certificate' });
      expect(asked.body).toMatchObject({ outcome: 'accepted' });
      return eventually(
        () => admin.items<CertificateView>(`/v1/chargers/${id}/certificates`),
        (found) => found.length === count && found[0]?.state === 'in-use',
      );
    }),
  );
}
