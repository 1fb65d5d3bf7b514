import type { DeviceId } from '#estate/ids.ts';
import { messageOf } from '#estate/errors.ts';
import { z } from 'zod';
import type { KeyKind } from './roots.ts';
import { Pkcs10CertificateRequest } from './x509.ts';

/** A certificate signing request (PKCS #10) that was found in order. */
export interface SigningRequest {
  subject: Pkcs10CertificateRequest['subjectName'];
  publicKey: Pkcs10CertificateRequest['publicKey'];
  kind: KeyKind;
}

const MOST_CHARACTERS = 10_000;
const LEAST_RSA_BITS = 2_048;
const CURVES = new Set(['P-256', 'P-384', 'P-521']);

/**
 * Reads a charger's request: its name is the charger's own and stands there once, its signature proves that it has the
 * key, and the key is strong enough (OCPP 2.0.1 part 2 §A.1.4, use case A02).
 *
 * @returns the request, or in words why nothing is signed.
 */
export async function readSigningRequest(
  csr: string,
  charger: DeviceId,
): Promise<SigningRequest | { refused: string }> {
  if (csr.length > MOST_CHARACTERS) return refused(`it has ${csr.length} characters; ${MOST_CHARACTERS} are the most`);
  const request = parsed(csr);
  if (typeof request === 'string') return refused(request);
  const { subjectName: subject, publicKey } = request;
  const names = subject.getField('CN');
  if (names.length !== 1 || names[0] !== charger) {
    return refused(`its common name is ${names.join(', ').slice(0, 100) || 'absent'}, and not ${charger}`);
  }
  const { kind, fault } = strengthOf(publicKey.algorithm);
  if (fault !== null) return refused(fault);
  const genuine = await request.verify().catch(() => false);
  return genuine ? { subject, publicKey, kind } : refused('its signature is not by the key that it holds');
}

/** Chargers send it as PEM, with other line ends or none, or the bare base64. */
function parsed(csr: string): Pkcs10CertificateRequest | string {
  const base64 = csr.replace(/-----(BEGIN|END) [A-Z ]*-----/g, '').replace(/\s|\\n/g, '');
  try {
    return new Pkcs10CertificateRequest(Buffer.from(base64, 'base64'));
  } catch (error) {
    return `it is no PKCS #10 request (${messageOf(error).slice(0, 100)})`;
  }
}

const keyAlgorithm = z.object({
  name: z.string(),
  namedCurve: z.string().default('none'),
  modulusLength: z.number().default(0),
});

/** Of which kind a key is, and why it will not do. */
function strengthOf(algorithm: unknown): { kind: KeyKind; fault: string | null } {
  const { name, namedCurve: curve, modulusLength: bits } = keyAlgorithm.parse(algorithm);
  if (name === 'ECDSA') {
    const fault = CURVES.has(curve) ? null : `its curve is ${curve}; P-256, P-384 and P-521 are signed`;
    return { kind: 'ec', fault };
  }
  const isRsa = name.startsWith('RSA');
  if (!isRsa) return { kind: 'rsa', fault: `its key is of a kind that OCPP does not have (${name})` };
  const fault = bits >= LEAST_RSA_BITS ? null : `its RSA key has ${bits} bits; ${LEAST_RSA_BITS} are the least`;
  return { kind: 'rsa', fault };
}

function refused(reason: string): { refused: string } {
  return { refused: reason };
}
