import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** The certificate that a client showed in its TLS handshake. */
export interface ShownCertificate {
  /** Its common name: the id of the device. */
  name: string;
  /** SHA-256, hexadecimal, lower case. */
  fingerprint: string;
  /** Signed by a root of this installation. */
  ours: boolean;
  /** Why its chain cannot be trusted; null: it can. */
  fault: string | null;
}

/**
 * Reads the certificate of a connection; null where none was shown, or no TLS is spoken.
 *
 * @param roots the fingerprints of this installation's roots.
 */
export function certificateOf(socket: Socket, roots: ReadonlySet<string>): ShownCertificate | null {
  if (!(socket instanceof TLSSocket)) return null;
  const shown = socket.getPeerCertificate(true);
  // Without one, node hands out an empty object.
  if (!shown?.raw) return null;
  const names = [shown.subject?.CN ?? []].flat();
  return {
    name: names.length === 1 ? (names[0] ?? '') : '',
    fingerprint: hexOf(shown.fingerprint256),
    ours: roots.has(hexOf(shown.issuerCertificate?.fingerprint256 ?? '')),
    fault: socket.authorized ? null : String(socket.authorizationError ?? 'it is not trusted'),
  };
}

/** Of each certificate in a PEM text. */
export function fingerprintsOf(pem: string): Set<string> {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return new Set(blocks.map((block) => hexOf(new X509Certificate(block).fingerprint256)));
}

function hexOf(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
