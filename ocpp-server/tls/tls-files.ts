import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { KeyPair } from '#charging/index.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { TlsOptions } from './server-certificates.ts';

/** The TLS port as it is configured; each text lists several with commas. */
export interface TlsSettings {
  port: number;
  /** The address that is listened on. */
  host: string;
  names?: string | undefined;
  certificate?: string | undefined;
  key?: string | undefined;
  chargerCa?: string | undefined;
}

/** @throws PolisError `config` that names the file or setting that is no good. */
export function readTlsOptions({ port, host, names, certificate, key, chargerCa }: TlsSettings): TlsOptions {
  const certificates = pairs(parts(certificate), parts(key));
  return {
    port,
    names: names === undefined ? namesOfThisMachine(host) : parts(names),
    ...(certificates.length === 0 ? {} : { certificates }),
    chargerAuthorities: parts(chargerCa).map(read),
  };
}

function pairs(certificates: readonly string[], keys: readonly string[]): KeyPair[] {
  if (certificates.length !== keys.length) {
    const counts = `${certificates.length} in tlsCertificate, ${keys.length} in tlsKey`;
    throw new PolisError('config', `Each certificate of the TLS port needs its key: ${counts}.`);
  }
  return certificates.map((file, n) => ({ certificate: read(file), key: read(keys[n] ?? '') }));
}

function namesOfThisMachine(host: string): string[] {
  const wild = host === '0.0.0.0' || host === '::';
  return [...new Set([hostname(), 'localhost', '127.0.0.1', ...(wild ? [] : [host])])];
}

function parts(listed: string | undefined): string[] {
  return (listed ?? '').split(',').flatMap((part) => part.trim() || []);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new PolisError('config', `A PEM file of the TLS port cannot be read: ${messageOf(error)}.`);
  }
}
