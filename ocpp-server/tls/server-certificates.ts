import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Authority, KeyPair } from '#charging/index.ts';
import type { Cancel } from '#estate/clock.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { DAY, isoTime } from '#estate/units.ts';

export interface TlsOptions {
  /** 0: any free port. */
  port: number;
  /** Host names and addresses by which chargers reach this server: what its own certificates are issued for. */
  names: readonly string[];
  /** Certificates from elsewhere in place of our own, each with its chain; one of EC, one of RSA, or both. PEM. */
  certificates?: readonly KeyPair[];
  /** Authorities beside our own whose certificates chargers may show. PEM. */
  chargerAuthorities?: readonly string[];
}

/** The certificates that the TLS port shows. Our own are made anew at each start, and long before they end. */
export interface ServerCertificates {
  /** @throws PolisError `config` when those that were given are no good. */
  load(): Promise<readonly KeyPair[]>;
  /** Calls back with new ones whenever it is time; connections that stand keep theirs. */
  watch(renewed: (pairs: readonly KeyPair[]) => void): Cancel;
}

const RENEWS_AFTER_MS = 60 * DAY;
const WARNS_BEFORE_MS = 30 * DAY;

export function createServerCertificates(
  { authority, ground: { clock, log } }: { authority: Authority; ground: Ground },
  { names, certificates }: TlsOptions,
): ServerCertificates {
  let issuedAt = clock.now();
  const issue = () => {
    issuedAt = clock.now();
    return authority.serve(names, issuedAt);
  };
  const warn = (pairs: readonly KeyPair[]) => {
    for (const ends of pairs.map(({ certificate }) => endOf(certificate))) {
      if (ends - clock.now() > WARNS_BEFORE_MS) continue;
      log.warn({ ends: isoTime(ends) }, 'A certificate of the TLS port ends soon: put a new one in its file.');
    }
  };
  return {
    async load() {
      if (certificates === undefined) return issue();
      for (const pair of certificates) check(pair);
      warn(certificates);
      return certificates;
    },
    watch: (renewed) =>
      clock.every(DAY, () => {
        if (certificates !== undefined) return warn(certificates);
        if (clock.now() - issuedAt < RENEWS_AFTER_MS) return;
        issue().then(renewed, (error: unknown) =>
          log.error({ error: messageOf(error) }, 'The certificates of the TLS port could not be renewed.'),
        );
      }),
  };
}

function check({ certificate, key }: KeyPair): void {
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return;
  } catch (error) {
    throw new PolisError('config', `A certificate or key of the TLS port cannot be read: ${messageOf(error)}.`);
  }
  throw new PolisError('config', 'A certificate of the TLS port and its key do not belong together.');
}

function endOf(certificate: string): number {
  return Date.parse(new X509Certificate(certificate).validTo);
}
