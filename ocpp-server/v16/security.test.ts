import { X509Certificate } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority, generateRoots, type Authority } from '#charging/index.ts';
import { SECOND } from '#estate/units.ts';
import { requestFor } from '../specimens/certificates.ts';
import { openDialogue, type Dialogue } from '../specimens/dialogue.ts';
import { TEN, type Specimen } from '../specimens/server.ts';
import { openWire, secretOf, type Wire } from '../specimens/wire.ts';

/** What the charger signs in with at first. */
const OLD = secretOf('C1');

let authority: Authority;
beforeAll(async () => {
  authority = createAuthority(await generateRoots(TEN));
});

let dialogue: Dialogue;
let front: Specimen;
let wire: Wire;
beforeEach(async () => {
  dialogue = await openDialogue('ocpp1.6', { authority });
  ({ specimen: front, wire } = dialogue);
});
afterEach(() => dialogue[Symbol.asyncDispose]());

const HASHES = { hashAlgorithm: 'SHA256', issuerNameHash: 'ab12', issuerKeyHash: 'cd34', serialNumber: '1F' };

describe('certificates of a charger of 1.6', () => {
  it('SignCertificate: a good request is answered, then signed and sent; CertificateSigned: its answer is kept', async () => {
    const { csr } = await requestFor('C1');
    expect(await wire.call('SignCertificate', { csr })).toEqual([3, 'c1', { status: 'Accepted' }]);
    await front.clock.advance(SECOND);
    const [, id, action, payload] = await wire.next();
    expect(action).toBe('CertificateSigned');
    const { certificateChain } = payload as { certificateChain: string };
    expect(new X509Certificate(certificateChain).subject).toBe('CN=C1');
    const states = async () => (await front.charging.certificates.of('C1', 9)).map(({ state }) => state);
    expect(await states()).toEqual(['signed']);
    wire.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    await expect.poll(states).toEqual(['accepted']);
  });

  it('CertificateSigned: a charger may reject it', async () => {
    const { csr } = await requestFor('C1');
    await wire.call('SignCertificate', { csr });
    await front.clock.advance(SECOND);
    const [, id] = await wire.next();
    wire.send(JSON.stringify([3, id, { status: 'Rejected' }]));
    await expect
      .poll(() => front.charging.certificates.of('C1', 9))
      .toMatchObject([{ state: 'rejected', reason: 'The charger rejected it.' }]);
  });

  it('SignCertificate: a request for another name is rejected, and listed with the reason', async () => {
    const { csr } = await requestFor('C2');
    expect(await wire.call('SignCertificate', { csr })).toEqual([3, 'c1', { status: 'Rejected' }]);
    expect(await front.charging.certificates.of('C1', 9)).toMatchObject([
      { state: 'refused', reason: 'its common name is C2, and not C1', ours: false },
    ]);
  });

  it('SignCertificate: a request without its csr breaks the schema', async () => {
    expect((await wire.call('SignCertificate', {})).slice(2, 4)).toEqual([
      'OccurenceConstraintViolation',
      'csr is missing.',
    ]);
  });

  it('SignCertificate: who asks again and again is put off', async () => {
    const { csr } = await requestFor('C2');
    for (let n = 0; n < 25; n++) await wire.call('SignCertificate', { csr });
    expect(await front.charging.certificates.of('C1', 100)).toHaveLength(20);
  });

  it('ExtendedTriggerMessage: renew-certificate asks the charger for a request', async () => {
    const { result, calls } = await dialogue.ask(
      { command: 'renew-certificate', use: 'charging-station' },
      { status: 'Accepted' },
    );
    expect(result.outcome).toBe('accepted');
    expect(calls).toEqual([['ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' }]]);
    await expect(front.server.command('C1', { command: 'renew-certificate', use: 'v2g' })).rejects.toThrow(/1\.6/);
  });

  it('InstallCertificate: without a certificate the charger is given both roots', async () => {
    const { calls } = await dialogue.ask(
      { command: 'install-certificate', type: 'central-system-root' },
      { status: 'Accepted' },
      { status: 'Accepted' },
    );
    expect(calls).toMatchObject([
      ['InstallCertificate', { certificateType: 'CentralSystemRootCertificate' }],
      ['InstallCertificate', { certificateType: 'CentralSystemRootCertificate' }],
    ]);
    const pems = calls.map((one) => (one as [string, { certificate: string }])[1].certificate);
    expect(pems.join('')).toBe(authority.roots);
  });

  it('GetInstalledCertificateIds: what is listed is kept, per type; DeleteCertificate: what is deleted is forgotten', async () => {
    const list = { command: 'list-certificates' } as const;
    const { result, calls } = await dialogue.ask(
      list,
      { status: 'Accepted', certificateHashData: [HASHES] },
      { status: 'NotFound' },
    );
    expect(result.outcome).toBe('accepted');
    expect(calls).toEqual([
      ['GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' }],
      ['GetInstalledCertificateIds', { certificateType: 'ManufacturerRootCertificate' }],
    ]);
    expect(await front.charging.certificates.installed('C1')).toEqual([
      {
        type: 'central-system-root',
        hashAlgorithm: 'SHA256',
        issuerNameHash: 'ab12',
        issuerKeyHash: 'cd34',
        serial: '1F',
        seenAt: TEN,
      },
    ]);
    const gone = await dialogue.ask({ command: 'delete-certificate', serial: '1f' }, { status: 'Accepted' });
    expect(gone.calls).toEqual([['DeleteCertificate', { certificateHashData: HASHES }]]);
    expect(await front.charging.certificates.installed('C1')).toEqual([]);
    await expect(front.server.command('C1', { command: 'delete-certificate', serial: '1f' })).rejects.toThrow(
      /list-certificates first/,
    );
  });

  it('DeleteCertificate: one that the charger would not delete stays listed', async () => {
    await dialogue.ask(
      { command: 'list-certificates', type: 'manufacturer-root' },
      { status: 'Accepted', certificateHashData: [HASHES] },
    );
    const { result } = await dialogue.ask({ command: 'delete-certificate', serial: '1F' }, { status: 'Failed' });
    expect(result.outcome).toBe('rejected');
    expect(await front.charging.certificates.installed('C1')).toHaveLength(1);
  });
});

describe('security events of a charger of 1.6', () => {
  const event = { type: 'TamperDetectionActivated', timestamp: '2026-05-18T09:59:00Z', techInfo: 'lid' };

  it('SecurityEventNotification: is kept once and told', async () => {
    const facts: unknown[] = [];
    front.charging.facts.listen((fact) => void facts.push(fact));
    for (let n = 0; n < 2; n++)
      expect(await wire.call('SecurityEventNotification', event, `e${n}`)).toEqual([3, `e${n}`, {}]);
    expect(await front.charging.securityEvents.list({ charger: 'C1', limit: 9 })).toEqual([
      {
        id: expect.any(String),
        charger: 'C1',
        site: 'barolo',
        kind: 'TamperDetectionActivated',
        at: TEN - 60_000,
        receivedAt: TEN,
        text: 'lid',
        source: 'charger',
        critical: true,
      },
    ]);
    const told = { kind: 'security-event', charger: 'C1', site: 'barolo', at: TEN, event: event.type, text: 'lid' };
    expect(facts).toContainEqual({ ...told, critical: true });
  });
});

describe('the rotation of a secret of 1.6', () => {
  const open = (secret: string | Buffer) => openWire(front.port, { id: 'C1', secret });
  /** Asks for a new secret; resolves with it once the charger was told. */
  async function told() {
    const outcome = front.server.command('C1', { command: 'rotate-password' }).catch((error: unknown) => error);
    const [, id, action, payload] = await wire.next();
    const { key, value } = payload as { key: string; value: string };
    expect([action, key]).toEqual(['ChangeConfiguration', 'AuthorizationKey']);
    expect(value).toMatch(/^[0-9a-f]{40}$/);
    return { outcome, id, secret: value };
  }

  it('ChangeConfiguration: both secrets hold until the new one was used, then the old one is dropped', async () => {
    const { outcome, id, secret } = await told();
    wire.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    expect(await outcome).toMatchObject({ outcome: 'accepted' });
    wire = await open(OLD);
    wire = await open(secret);
    await expect(open(OLD)).rejects.toThrow('401');
    wire = await open(secret);
  });

  it('ChangeConfiguration: a charger may sign in with the bytes that the key stands for', async () => {
    const { id, secret } = await told();
    wire.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    wire = await open(Buffer.from(secret, 'hex'));
    await expect(open(OLD)).rejects.toThrow('401');
    wire = await open(secret);
  });

  it.each([
    ['before the charger took it', OLD],
    ['after it took it, and before its answer came', null],
  ])('ChangeConfiguration: a cut %s locks nobody out', async (_when, kept) => {
    const { outcome, secret } = await told();
    wire.socket.terminate();
    expect(await outcome).toMatchObject({ outcome: 'unknown' });
    wire = await open(kept ?? secret);
  });

  it('ChangeConfiguration: a charger that refuses keeps its secret', async () => {
    const { outcome, id } = await told();
    wire.send(JSON.stringify([3, id, { status: 'Rejected' }]));
    expect(await outcome).toMatchObject({ outcome: 'rejected' });
    wire = await open(OLD);
  });

  it('ChangeConfiguration: of several that were sent any may be the one, and those before it end', async () => {
    const secrets: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { outcome, id, secret } = await told();
      wire.send(JSON.stringify([3, id, { status: 'RebootRequired' }]));
      await outcome;
      secrets.push(secret);
    }
    const [first = '', second = '', third = ''] = secrets;
    wire = await open(second);
    await expect(open(first)).rejects.toThrow('401');
    await expect(open(OLD)).rejects.toThrow('401');
    wire = await open(third);
    await expect(open(second)).rejects.toThrow('401');
  });

  it('ChangeConfiguration: a raw call of an engineer locks nobody out either', async () => {
    const done = front.server.call('C1', 'ChangeConfiguration', {
      key: 'authorizationkey',
      value: 'another-secret-1',
    });
    const [, id] = await wire.next();
    wire.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    expect(await done).toMatchObject({ outcome: 'accepted' });
    wire = await open('another-secret-1');
    await expect(open(OLD)).rejects.toThrow('401');
  });

  it('leaves no secret in the trace', async () => {
    const { outcome, id, secret } = await told();
    wire.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    await outcome;
    await front.stop();
    const frames = (await front.trace('C1')).map(({ frame }) => frame).join('\n');
    expect(frames).toContain('AuthorizationKey');
    expect(frames).not.toContain(secret);
  });
});
