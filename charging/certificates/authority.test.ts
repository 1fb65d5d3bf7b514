import { X509Certificate as NodeCertificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '#estate/units.ts';
import { createAuthority, type Authority } from './authority.ts';
import { generateRoots, loadRoots } from './roots.ts';
import { readSigningRequest } from './signing-request.ts';
import { csrFor } from './specimens.ts';

const NOW = Date.UTC(2026, 4, 18, 10);

let authority: Authority;
beforeAll(async () => {
  authority = createAuthority(await generateRoots(NOW));
});

describe('a signing request', () => {
  it.each([
    ['of a P-256 key', {}],
    ['of an RSA key of 2,048 bits', { kind: 'rsa' as const, bits: 2_048 }],
    ['without line ends', { dressed: (pem: string) => pem.replaceAll(/\r?\n/g, '') }],
    ['with Windows line ends', { dressed: (pem: string) => pem.replaceAll(/\r?\n/g, '\r\n') }],
    ['without its PEM header', { dressed: (pem: string) => pem.replaceAll(/-----.*-----/g, '') }],
  ])('%s is in order', async (_name, how) => {
    const { csr } = await csrFor('CP-1', how);
    expect(await readSigningRequest(csr, 'CP-1')).toMatchObject({ kind: 'kind' in how ? 'rsa' : 'ec' });
  });

  it.each([
    ['of another name', { name: 'CP-2' }, /its common name is CP-2, and not CP-1/],
    ['of the name in other case', { name: 'cp-1' }, /not CP-1/],
    ['of two names', { names: ['CP-1', 'CP-2'] }, /CP-1, CP-2/],
    ['of no name', { names: [] }, /absent/],
    ['of an RSA key of 1,024 bits', { kind: 'rsa' as const, bits: 1_024 }, /1024 bits; 2048 are the least/],
    ['with a forged signature', { forged: true }, /not by the key that it holds/],
    ['of 100 kB', { dressed: (pem: string) => pem.padEnd(100_000, '\n') }, /100000 characters; 10000 are the most/],
    ['that is noise', { dressed: () => 'no request at all' }, /no PKCS #10 request/],
    ['that is empty', { dressed: () => '' }, /no PKCS #10 request/],
  ])('%s is refused', async (_name, how, reason) => {
    const { csr } = await csrFor('CP-1', how);
    expect(await readSigningRequest(csr, 'CP-1')).toEqual({ refused: expect.stringMatching(reason) });
  });
});

describe('the authority', () => {
  const roots = () => authority.roots.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];

  it.each(['ec', 'rsa'] as const)('signs %s keys under the root of their kind, for clients only', async (kind) => {
    const { csr } = await csrFor('CP-1', { kind, bits: 2_048 });
    const request = await readSigningRequest(csr, 'CP-1');
    if ('refused' in request) throw new Error(request.refused);
    const signed = await authority.sign(request, NOW);
    const certificate = new NodeCertificate(signed.pem);
    const root = new NodeCertificate(roots()[kind === 'ec' ? 0 : 1] ?? '');
    expect(certificate.verify(root.publicKey)).toBe(true);
    expect(certificate.checkIssued(root)).toBe(true);
    expect(certificate.subject).toContain('CN=CP-1');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(certificate.ca).toBe(false);
    expect(certificate.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(signed.fingerprint);
    expect(certificate.serialNumber.toLowerCase()).toBe(signed.serial);
    expect([signed.notBefore, signed.notAfter]).toEqual([NOW - DAY, NOW + 365 * DAY]);
  });

  it('makes a certificate of each kind for servers', async () => {
    const pairs = await authority.serve(['charge.example.org', '192.0.2.1'], NOW);
    const certificates = pairs.map(({ certificate }) => new NodeCertificate(certificate));
    expect(certificates.map(({ publicKey }) => publicKey.asymmetricKeyType)).toEqual(['ec', 'rsa']);
    for (const certificate of certificates) {
      expect(certificate.checkHost('charge.example.org')).toBe('charge.example.org');
      expect(certificate.checkIP('192.0.2.1')).toBe('192.0.2.1');
    }
  });
});

describe('the file of the roots', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'roots-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made once, for its owner alone, and read from then on', async () => {
    const file = join(folder, 'authority.pem');
    const made = createAuthority(await loadRoots(file, NOW));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const written = await readFile(file, 'utf8');
    const read = createAuthority(await loadRoots(file, NOW + DAY));
    expect(read.roots).toBe(made.roots);
    expect(await readFile(file, 'utf8')).toBe(written);
    expect(await read.serve(['localhost'], NOW)).toHaveLength(2);
  });

  it('is named when it is damaged', async () => {
    const file = join(folder, 'authority.pem');
    await writeFile(file, 'rubbish');
    await expect(loadRoots(file, NOW)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(file),
    });
  });
});
