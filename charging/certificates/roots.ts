import { createHash, createPrivateKey, KeyObject, webcrypto } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { messageOf, PolisError } from '#estate/errors.ts';
import { DAY, type Millis } from '#estate/units.ts';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

/** Of which family a key is. */
export type KeyKind = 'ec' | 'rsa';

export const KINDS: readonly KeyKind[] = ['ec', 'rsa'];

/** A root certificate with the key that signs under it. */
export interface Root {
  kind: KeyKind;
  certificate: X509Certificate;
  signingKey: webcrypto.CryptoKey;
  /** The same key, PEM. */
  key: string;
}

export const SIGNS_WITH = {
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
} as const;

const ROOT_DAYS = 3_653;
const ROOT_RSA_BITS = 3_072;

/** New keys of a kind; the private one also as PEM (PKCS #8). */
export async function generateKeys(kind: KeyKind, { rsaBits }: { rsaBits: number }) {
  const rsa = { ...SIGNS_WITH.rsa, publicExponent: new Uint8Array([1, 0, 1]), modulusLength: rsaBits };
  const keys = await webcrypto.subtle.generateKey(kind === 'ec' ? SIGNS_WITH.ec : rsa, true, ['sign', 'verify']);
  return { ...keys, key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Both roots of a new authority. */
export async function generateRoots(at: Millis): Promise<Record<KeyKind, Root>> {
  const [ec, rsa] = await Promise.all([generateRoot('ec', at), generateRoot('rsa', at)]);
  return { ec, rsa };
}

async function generateRoot(kind: KeyKind, at: Millis): Promise<Root> {
  const { privateKey, publicKey, key } = await generateKeys(kind, { rsaBits: ROOT_RSA_BITS });
  // Chargers keep the roots of several central systems, and tell them apart by name.
  const spki = KeyObject.from(publicKey).export({ type: 'spki', format: 'der' });
  const suffix = createHash('sha256').update(spki).digest('hex').slice(0, 8);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ O: ['polisgrid'] }, { CN: [`polisgrid ${kind.toUpperCase()} root ${suffix}`] }],
    keys: { privateKey, publicKey },
    notBefore: new Date(at - DAY),
    notAfter: new Date(at + ROOT_DAYS * DAY),
    signingAlgorithm: SIGNS_WITH[kind],
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return { kind, certificate, signingKey: privateKey, key };
}

/**
 * Reads the roots of an installation, or makes them at its first start. The file holds both keys, readable by its owner
 * alone: whoever has it can make certificates that every charger and this server trust.
 *
 * @throws PolisError `config` when the file is damaged.
 */
export async function loadRoots(file: string, at: Millis): Promise<Record<KeyKind, Root>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) return readRoots(text, file);
  const roots = await generateRoots(at);
  const written = KINDS.map((kind) => pemOf(roots[kind].certificate) + roots[kind].key).join('');
  await writeFile(`${file}.new`, written, { mode: 0o600, flush: true });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return roots;
}

async function readRoots(text: string, file: string): Promise<Record<KeyKind, Root>> {
  try {
    const blocks = text.match(/-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----\n?/g) ?? [];
    const [ecCertificate = '', ecKey = '', rsaCertificate = '', rsaKey = ''] = blocks;
    const ec = await readRoot('ec', { certificate: ecCertificate, key: ecKey });
    const rsa = await readRoot('rsa', { certificate: rsaCertificate, key: rsaKey });
    return { ec, rsa };
  } catch (error) {
    const message = `${file} is damaged (${messageOf(error)}). Restore it from a backup: without it, chargers of security profile 3 have to be given new certificates.`;
    throw new PolisError('config', message, { cause: error });
  }
}

async function readRoot(kind: KeyKind, { certificate, key }: { certificate: string; key: string }): Promise<Root> {
  const signingKey = createPrivateKey(key).toCryptoKey(SIGNS_WITH[kind], true, ['sign']);
  return { kind, certificate: new X509Certificate(certificate), signingKey, key };
}

/** A certificate in the words of files and of OCPP. */
export function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
