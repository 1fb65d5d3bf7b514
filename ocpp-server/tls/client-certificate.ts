import type { TLSSocket } from 'node:tls';
import type { Millis } from '#estate/units.ts';

/** The certificate that a charger showed in its TLS handshake. */
export interface ClientCertificate {
  /** Its common name and its alternative names: whom it may stand for. */
  names: readonly string[];
  issuer: string;
  /** Hexadecimal, lower case. */
  serial: string;
  /** SHA-256, hexadecimal, lower case. */
  fingerprint: string;
  notAfter: Millis;
  /** Why its chain cannot be trusted; null: it can. */
  fault: string | null;
}

/** Why OpenSSL distrusts a chain, in words for an installer. */
const FAULTS: Record<string, string> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'was signed by an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'was signed by an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'was signed by an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'was signed by an authority that is not trusted here',
  CERT_SIGNATURE_FAILURE: 'has a signature that is wrong',
  INVALID_PURPOSE: 'was not made for clients',
};

/** Reads the certificate of a socket whose handshake is done; null when none was shown. */
export function clientCertificateOf(socket: TLSSocket): ClientCertificate | null {
  const certificate = socket.getPeerCertificate();
  // Without one, node hands out an empty object.
  if (!certificate?.raw) return null;
  const { subject, issuer, subjectaltname = '', serialNumber, fingerprint256, valid_to: validTo } = certificate;
  return {
    names: [subject?.CN ?? [], alternativeNames(subjectaltname)].flat(),
    issuer: [issuer?.CN ?? issuer?.O ?? 'nobody'].flat().join(', '),
    serial: serialNumber.toLowerCase(),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
    notAfter: Date.parse(validTo),
    fault: socket.authorized ? null : faultOf(socket.authorizationError),
  };
}

/** Node quotes a name that holds a comma or a quote; such a name is no charger's. */
function alternativeNames(listed: string): string[] {
  return listed.split(', ').flatMap((name) => /^(?:DNS|URI):([^"]+)$/.exec(name)?.[1] ?? []);
}

function faultOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return FAULTS[code] ?? `cannot be trusted (${code})`;
}
