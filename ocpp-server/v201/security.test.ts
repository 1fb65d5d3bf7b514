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
  dialogue = await openDialogue('ocpp2.0.1', { authority });
  ({ specimen: front, wire } = dialogue);
});
afterEach(() => dialogue[Symbol.asyncDispose]());

const HASHES = { hashAlgorithm: 'SHA256', issuerNameHash: 'ab12', issuerKeyHash: 'cd34', serialNumber: '1F' };

describe('certificates of a station of 2.0.1', () => {
  it('SignCertificate: a good request is signed; CertificateSigned: it is sent for the use that was named', async () => {
    const { csr } = await requestFor('C1');
    const asked = { csr, certificateType: 'ChargingStationCertificate' };
    expect(await wire.call('SignCertificate', asked)).toEqual([3, 'c1', { status: 'Accepted' }]);
    await front.clock.advance(SECOND);
    const [, id, action, payload] = await wire.next();
    expect([action, payload]).toMatchObject(['CertificateSigned', { certificateType: 'ChargingStationCertificate' }]);
    const { certificateChain } = payload as { certificateChain: string };
    expect(new X509Certificate(certificateChain).subject).toBe('CN=C1');
    wire.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    await expect.poll(() => front.charging.certificates.of('C1', 9)).toMatchObject([{ state: 'accepted' }]);
  });

  it.each([
    ['of another name', async () => ({ csr: (await requestFor('C2')).csr }), 'its common name is C2, and not C1'],
    [
      'for use towards cars',
      async () => ({ csr: (await requestFor('C1')).csr, certificateType: 'V2GCertificate' }),
      'cars trust authorities of their own, of which none is set up here',
    ],
  ])('SignCertificate: a request %s is rejected, and the station told why', async (_what, make, additionalInfo) => {
    const answer = { status: 'Rejected', statusInfo: { reasonCode: 'InvalidCSR', additionalInfo } };
    expect(await wire.call('SignCertificate', await make())).toEqual([3, 'c1', answer]);
  });

  it('TriggerMessage: renew-certificate asks for a request of either use', async () => {
    const renew = async (use: 'charging-station' | 'v2g') =>
      (await dialogue.ask({ command: 'renew-certificate', use }, { status: 'Accepted' })).calls;
    expect(await renew('charging-station')).toEqual([
      ['TriggerMessage', { requestedMessage: 'SignChargingStationCertificate' }],
    ]);
    expect(await renew('v2g')).toEqual([['TriggerMessage', { requestedMessage: 'SignV2GCertificate' }]]);
  });

  it.each([
    ['central-system-root', 'CSMSRootCertificate'],
    ['manufacturer-root', 'ManufacturerRootCertificate'],
    ['v2g-root', 'V2GRootCertificate'],
    ['mobility-operator-root', 'MORootCertificate'],
  ] as const)('InstallCertificate: %s is %s', async (type, certificateType) => {
    const { result, calls } = await dialogue.ask(
      { command: 'install-certificate', type, certificate: 'a PEM' },
      { status: 'Accepted' },
    );
    expect(result.outcome).toBe('accepted');
    expect(calls).toEqual([['InstallCertificate', { certificateType, certificate: 'a PEM' }]]);
  });

  it('GetInstalledCertificateIds: chains are kept with their children; DeleteCertificate: NotFound forgets too', async () => {
    const child = { ...HASHES, serialNumber: '2E' };
    const { calls } = await dialogue.ask(
      { command: 'list-certificates' },
      {
        status: 'Accepted',
        certificateHashDataChain: [
          { certificateType: 'CSMSRootCertificate', certificateHashData: HASHES },
          { certificateType: 'V2GCertificateChain', certificateHashData: HASHES, childCertificateHashData: [child] },
        ],
      },
    );
    expect(calls).toEqual([['GetInstalledCertificateIds', {}]]);
    const installed = async () =>
      (await front.charging.certificates.installed('C1')).map(({ type, serial }) => `${type} ${serial}`);
    expect(await installed()).toEqual(['central-system-root 1F', 'v2g-chain 1F', 'v2g-chain 2E']);
    const deleted = await dialogue.ask({ command: 'delete-certificate', serial: '2E' }, { status: 'NotFound' });
    expect(deleted).toMatchObject({
      result: { outcome: 'accepted' },
      calls: [['DeleteCertificate', { certificateHashData: child }]],
    });
    expect(await installed()).toEqual(['central-system-root 1F', 'v2g-chain 1F']);
    await dialogue.ask({ command: 'list-certificates', type: 'v2g-chain' }, { status: 'NotFound' });
    expect(await installed()).toEqual(['central-system-root 1F']);
  });

  it('Get15118EVCertificate: says that there is no pool of contracts', async () => {
    const asked = { iso15118SchemaVersion: 'urn:iso:15118:2:2013:MsgDef', action: 'Install', exiRequest: 'gA==' };
    expect(await wire.call('Get15118EVCertificate', asked)).toEqual([
      3,
      'c1',
      {
        status: 'Failed',
        statusInfo: { reasonCode: 'NotEnabled', additionalInfo: 'No contract certificate pool is set up here.' },
        exiResponse: '',
      },
    ]);
  });

  it('GetCertificateStatus: says that there is no OCSP responder', async () => {
    const asked = { ocspRequestData: { ...HASHES, responderURL: 'http://ocsp.example.org' } };
    expect(await wire.call('GetCertificateStatus', asked)).toEqual([
      3,
      'c1',
      {
        status: 'Failed',
        statusInfo: { reasonCode: 'NotEnabled', additionalInfo: 'No OCSP responder is set up here.' },
      },
    ]);
  });

  it('SecurityEventNotification: is kept and listed', async () => {
    const event = { type: 'StartupOfTheDevice', timestamp: '2026-05-18T09:59:00Z' };
    expect(await wire.call('SecurityEventNotification', event)).toEqual([3, 'c1', {}]);
    expect(await front.charging.securityEvents.list({ limit: 9 })).toMatchObject([
      { charger: 'C1', kind: 'StartupOfTheDevice', text: '', critical: false },
    ]);
  });
});

describe('the rotation of a password of 2.0.1', () => {
  const open = (secret: string) => openWire(front.port, { id: 'C1', secret, protocols: ['ocpp2.0.1'] });

  it('SetVariables: both hold until the new one was used; no trace shows it', async () => {
    const outcome = front.server.command('C1', { command: 'rotate-password' });
    const [, id, action, payload] = await wire.next();
    const password = { component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } };
    expect([action, payload]).toEqual([
      'SetVariables',
      { setVariableData: [{ ...password, attributeValue: expect.stringMatching(/^[0-9a-f]{40}$/) }] },
    ]);
    const [{ attributeValue: secret }] = (payload as { setVariableData: [{ attributeValue: string }] }).setVariableData;
    wire.send(JSON.stringify([3, id, { setVariableResult: [{ ...password, attributeStatus: 'Accepted' }] }]));
    expect(await outcome).toMatchObject({ outcome: 'accepted' });
    wire = await open(OLD);
    wire = await open(secret);
    await expect(open(OLD)).rejects.toThrow('401');
    await front.stop();
    const frames = (await front.trace('C1')).map(({ frame }) => frame).join('\n');
    expect(frames).toContain('BasicAuthPassword');
    expect(frames).not.toContain(secret);
  });
});
