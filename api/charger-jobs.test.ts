import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';
import { plugIn } from './specimen-charger.ts';

const ID = 'IT-PGR-barolo-1';

interface Page {
  items: Record<string, unknown>[];
  next: string | null;
}

describe('the jobs of chargers', () => {
  let specimen: Specimen;
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject({ ...request, headers: ADMIN });
  const get = async (url: string) => (await inject({ url })).json<Page>();
  const command = (payload: object) => inject({ method: 'POST', url: `/v1/chargers/${ID}/commands`, payload });
  let secret: string;

  beforeAll(async () => {
    specimen = await openSpecimen();
    await inject({ method: 'PUT', url: '/v1/sites/barolo', payload: { name: 'Barolo' } });
    const made = await inject({ method: 'PUT', url: `/v1/chargers/${ID}`, payload: { site: 'barolo' } });
    ({ secret } = made.json<{ secret: string }>());
  });
  afterAll(() => specimen[Symbol.asyncDispose]());

  it('can be followed from the command to the end, without the credentials of the URL', async () => {
    const answers = { GetDiagnostics: { fileName: 'diag.zip' }, UpdateFirmware: {} };
    await using charger = await plugIn(specimen.ocppUrl, { id: ID, secret, connectors: 1, answers });
    const url = 'ftp://joe:hush@ftp.test/in';
    expect((await command({ command: 'get-diagnostics', url })).json()).toMatchObject({ outcome: 'accepted' });
    await charger.call('DiagnosticsStatusNotification', { status: 'Uploaded' });
    const retrieveAt = '2026-05-18T22:00:00+02:00';
    await command({ command: 'update-firmware', url: 'https://fw.test/2.bin', retrieveAt });

    const { items } = await get(`/v1/chargers/${ID}/jobs`);
    expect(items).toMatchObject([
      {
        kind: 'firmware-update',
        state: 'running',
        terms: { url: 'https://fw.test/2.bin', retrieveAt: '2026-05-18T20:00:00.000Z', signed: false },
      },
      {
        charger: ID,
        site: 'barolo',
        kind: 'diagnostics-upload',
        state: 'done',
        request: null,
        terms: { url: 'ftp://***:***@ftp.test/in' },
        fileName: 'diag.zip',
        history: [{ state: 'asked' }, { state: 'accepted' }, { state: 'uploaded' }],
      },
    ]);
    expect(JSON.stringify(await get(`/v1/chargers/${ID}/messages`))).not.toContain('hush');
    expect(await get(`/v1/jobs?state=done&site=barolo`)).toEqual({ items: [items[1]], next: null });
    expect(await get('/v1/jobs?kind=log-upload')).toEqual({ items: [], next: null });
    expect(await get(`/v1/jobs/${String(items[0]?.['id'])}`)).toEqual(items[0]);
    const first = await get('/v1/jobs?limit=1');
    expect(first.items).toEqual([items[0]]);
    expect((await get(`/v1/jobs?limit=1&cursor=${first.next}`)).items).toEqual([items[1]]);
  });

  it.each(['file:///etc/passwd', 'javascript:alert(1)', 'fw.bin', `https://fw.test/${'x'.repeat(512)}`])(
    'are not begun with %s',
    async (url) => {
      const answer = await command({ command: 'update-firmware', url });
      expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'invalid' }]);
    },
  );

  it('need a charger, and a job, that exists', async () => {
    expect(await get('/v1/chargers/nobody/jobs')).toMatchObject({ code: 'not-found' });
    expect(await get('/v1/jobs/none')).toMatchObject({ code: 'not-found' });
  });
});
