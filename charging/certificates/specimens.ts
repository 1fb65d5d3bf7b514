import { generateKeyPairSync, KeyObject, webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from './x509.ts';

/** For tests: what chargers send to have signed, in order and not. */

export interface Request {
  /** The common name; the charger's unless told. */
  name?: string;
  /** Several of them, or none. */
  names?: readonly string[];
  kind?: 'ec' | 'rsa';
  bits?: number;
  /** Signed by another key than the one that it holds. */
  forged?: boolean;
  dressed?: (pem: string) => string;
}

/** A request, and the private key to it (PEM). */
export async function csrFor(charger: string, how: Request = {}): Promise<{ csr: string; key: string }> {
  const { name = charger, names = [name], kind = 'ec', bits = 2_048, forged = false, dressed = (pem) => pem } = how;
  const keys = newKeys(kind, bits);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ O: ['Field'] }, ...names.map((CN) => ({ CN: [CN] }))],
    keys: forged ? { ...keys, privateKey: newKeys(kind, bits).privateKey } : keys,
    signingAlgorithm: { name: keys.publicKey.algorithm.name, hash: 'SHA-256' },
  });
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
  return { csr: dressed(request.toString('pem')), key };
}

function newKeys(kind: 'ec' | 'rsa', bits: number): webcrypto.CryptoKeyPair {
  const { publicKey, privateKey } =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: bits });
  const algorithm =
    kind === 'ec' ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  return {
    publicKey: publicKey.toCryptoKey(algorithm, true, ['verify']),
    privateKey: privateKey.toCryptoKey(algorithm, true, ['sign']),
  };
}
