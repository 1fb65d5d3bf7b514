import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PolisError, messageOf } from '#estate/errors.ts';

/** How a broker outside is set up; the last three are paths of PEM files. */
export interface BrokerSettings {
  /** Its URL, or `embedded` where there is none. */
  broker: string;
  brokerShared: boolean;
  brokerCa?: string | undefined;
  brokerCertificate?: string | undefined;
  brokerKey?: string | undefined;
}

/** Whom a connection over TLS believes, and what it shows. PEM. */
export interface BrokerTls {
  /** In place of the authorities that Node.js knows. */
  ca?: string;
  cert?: string;
  key?: string;
}

/**
 * The broker outside that is configured, with its files read; nothing where the embedded one serves.
 *
 * @throws PolisError `config` that names the setting that is no good.
 */
export function brokerOutside(settings: BrokerSettings): { broker?: string; shared?: boolean; brokerTls?: BrokerTls } {
  const { broker, brokerShared: shared, brokerCa, brokerCertificate, brokerKey } = settings;
  const named = Object.entries({ brokerCa, brokerCertificate, brokerKey }).flatMap(([name, file]) =>
    file ? name : [],
  );
  if (named.length > 0 && !broker.startsWith('mqtts:')) {
    throw new PolisError('config', `${named.join(', ')}: only for a broker behind TLS; set broker to mqtts://….`);
  }
  if (broker === 'embedded') return {};
  if ((brokerCertificate === undefined) !== (brokerKey === undefined)) {
    throw new PolisError('config', `${named.join(', ')}: brokerCertificate and brokerKey belong together; set both.`);
  }
  const ca = brokerCa === undefined ? {} : { ca: read('brokerCa', brokerCa, (pem) => new X509Certificate(pem)) };
  return { broker, shared, brokerTls: { ...ca, ...pairOf(brokerCertificate, brokerKey) } };
}

function pairOf(certificate: string | undefined, keyFile: string | undefined): Pick<BrokerTls, 'cert' | 'key'> {
  if (certificate === undefined || keyFile === undefined) return {};
  const cert = read('brokerCertificate', certificate, (pem) => new X509Certificate(pem));
  const key = read('brokerKey', keyFile, createPrivateKey);
  if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key };
  throw new PolisError('config', 'brokerKey: is not the key to brokerCertificate.');
}

/** The text of a file of which `parse` can make something. */
function read(setting: string, file: string, parse: (pem: string) => unknown): string {
  try {
    const pem = readFileSync(file, 'utf8');
    parse(pem);
    return pem;
  } catch (error) {
    throw new PolisError('config', `${setting}: ${file} cannot be used (${messageOf(error)}); name a PEM file.`);
  }
}

const NOT_TRUSTED = 'name a file with its authority in brokerCa';
const NOT_SHOWN = 'set brokerCertificate and brokerKey to what it accepts';
const REMEDIES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_TRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: 'use a name that its certificate has',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: NOT_SHOWN,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: NOT_SHOWN,
};

/** What to do about a connection over TLS that failed; undefined: it failed for another reason. */
export function tlsRemedyFor(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? REMEDIES[String(error.code)] : undefined;
}
