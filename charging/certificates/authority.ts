import { isIP } from 'node:net';
import { DAY, type Millis } from '#estate/units.ts';
import { generateKeys, KINDS, pemOf, SIGNS_WITH, type KeyKind, type Root } from './roots.ts';
import type { SigningRequest } from './signing-request.ts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from './x509.ts';

/** A certificate that was signed here. */
export interface SignedCertificate {
  /** The certificate alone: nothing stands between it and the root, which chargers have. */
  pem: string;
  /** Hexadecimal, lower case. */
  serial: string;
  /** SHA-256 of the certificate, hexadecimal, lower case. */
  fingerprint: string;
  notBefore: Millis;
  notAfter: Millis;
}

/** A certificate and its private key, PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/**
 * The installation's own certificate authority. It has two roots, one of elliptic curves and one of RSA, because a
 * charger that speaks one of them only can check no signature of the other.
 */
export interface Authority {
  /** Both roots, PEM: what chargers have to trust. */
  readonly roots: string;
  /** Signs what a charger asked for, as a certificate for clients. */
  sign(request: SigningRequest, at: Millis): Promise<SignedCertificate>;
  /** New keys with certificates for a server of these names or addresses: one of each kind. */
  serve(names: readonly string[], at: Millis): Promise<KeyPair[]>;
}

const CHARGER_DAYS = 365;
/** As browsers and some chargers allow at most. */
const SERVER_DAYS = 397;

/** @param roots as `loadRoots` or `generateRoots` give them. */
export function createAuthority(roots: Readonly<Record<KeyKind, Root>>): Authority {
  return {
    roots: KINDS.map((kind) => pemOf(roots[kind].certificate)).join(''),
    async sign({ subject, publicKey, kind }, at) {
      const root = roots[kind];
      const certificate = await issue(root, {
        subject,
        publicKey,
        ...validity(at, CHARGER_DAYS),
        extensions: [
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
        ],
      });
      return signed(certificate);
    },
    serve: (names, at) =>
      Promise.all(
        KINDS.map(async (kind) => {
          const { publicKey, key } = await generateKeys(kind, { rsaBits: 2_048 });
          const certificate = await issue(roots[kind], {
            subject: [{ CN: [names[0] ?? 'localhost'] }],
            publicKey,
            ...validity(at, SERVER_DAYS),
            extensions: [
              // Of OCPP's suites, those of RSA encrypt the session's key with the certificate's.
              new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
              new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
              new SubjectAlternativeNameExtension(
                names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
              ),
            ],
          });
          return { certificate: pemOf(certificate), key };
        }),
      ),
  };
}

type Issue = Pick<
  Parameters<typeof X509CertificateGenerator.create>[0],
  'subject' | 'publicKey' | 'notBefore' | 'notAfter' | 'extensions'
>;

/** Its serial number is the library's: 16 random bytes (RFC 5280 §4.1.2.2). */
async function issue({ certificate: root, signingKey, kind }: Root, wanted: Issue): Promise<X509Certificate> {
  return X509CertificateGenerator.create({
    ...wanted,
    issuer: root.subjectName,
    signingKey,
    signingAlgorithm: SIGNS_WITH[kind],
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      await AuthorityKeyIdentifierExtension.create(root.publicKey),
      await SubjectKeyIdentifierExtension.create(wanted.publicKey),
      ...(wanted.extensions ?? []),
    ],
  });
}

async function signed(certificate: X509Certificate): Promise<SignedCertificate> {
  return {
    pem: pemOf(certificate),
    serial: certificate.serialNumber.toLowerCase(),
    fingerprint: Buffer.from(await certificate.getThumbprint('SHA-256')).toString('hex'),
    notBefore: certificate.notBefore.getTime(),
    notAfter: certificate.notAfter.getTime(),
  };
}

/** From a day before, as the clocks of chargers are slow. */
function validity(at: Millis, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(at - DAY), notAfter: new Date(at + days * DAY) };
}
