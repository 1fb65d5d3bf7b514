import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import 'reflect-metadata';
import { Name, Pkcs10CertificateRequestGenerator, PublicKey, X509CertificateGenerator } from '@peculiar/x509';
import type { Authority } from '#charging/index.ts';
import type { Millis } from '#estate/units.ts';

/** For tests: certificates that chargers show, in order and not. PEM. */
export interface Shown {
  cert: string;
  key: string;
}

type Kind = 'ec' | 'rsa';

/** One that the authority signed for this name, at this instant. */
export async function certificateBy(
  authority: Authority,
  { name, at, kind = 'ec' }: { name: string; at: Millis; kind?: Kind },
): Promise<Shown & { fingerprint: string }> {
  const { publicKey, privateKey } = newKeys(kind);
  const request = {
    subject: new Name([{ CN: [name] }]),
    publicKey: new PublicKey(publicKey.export({ type: 'spki', format: 'der' })),
    kind,
  };
  const { pem, fingerprint } = await authority.sign(request, at);
  return { cert: pem, key: pemOf(privateKey), fingerprint };
}

export async function selfSigned(name: string): Promise<Shown> {
  const keys = newKeys('ec');
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys: cryptoKeys(keys),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return { cert: certificate.toString('pem'), key: pemOf(keys.privateKey) };
}

/** A signing request, and the key to it. */
export async function requestFor(name: string): Promise<{ csr: string; key: string }> {
  const keys = newKeys('ec');
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [name] }],
    keys: cryptoKeys(keys),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return { csr: csr.toString('pem'), key: pemOf(keys.privateKey) };
}

function newKeys(kind: Kind): { publicKey: KeyObject; privateKey: KeyObject } {
  return kind === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2_048 });
}

function cryptoKeys({ publicKey, privateKey }: ReturnType<typeof newKeys>) {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  return {
    publicKey: publicKey.toCryptoKey(algorithm, true, ['verify']),
    privateKey: privateKey.toCryptoKey(algorithm, true, ['sign']),
  };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
