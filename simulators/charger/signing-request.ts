import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The library, loaded by the first charger that needs it: it takes 20 MB, and most fleets have no certificates. */
function x509(): typeof import('@peculiar/x509') {
  // Its container asks for this polyfill before anything of it is loaded.
  require('reflect-metadata');
  return require('@peculiar/x509');
}

/** A new key and a request to have it signed, PEM (PKCS #10). */
export async function newSigningRequest(identity: string): Promise<{ csr: string; key: string }> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const csr = await x509().Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [identity] }],
    keys: {
      publicKey: publicKey.toCryptoKey(algorithm, true, ['verify']),
      privateKey: privateKey.toCryptoKey(algorithm, true, ['sign']),
    },
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return { csr: csr.toString('pem'), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Whether a certificate holds the public half of a key. */
export function belongTogether(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** How OCPP names a root certificate (CertificateHashDataType); null when it is none. */
export function hashDataOf(pem: string) {
  try {
    const { issuerName, publicKey, serialNumber } = new (x509().X509Certificate)(pem);
    const hash = (of: ArrayBuffer) => createHash('sha256').update(Buffer.from(of)).digest('hex');
    return {
      hashAlgorithm: 'SHA256',
      issuerNameHash: hash(issuerName.toArrayBuffer()),
      issuerKeyHash: hash(publicKey.rawData),
      serialNumber,
    };
  } catch {
    return null;
  }
}
