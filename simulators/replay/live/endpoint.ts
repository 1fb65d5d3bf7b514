import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { messageOf, PolisError } from '#estate/errors.ts';

/** Where a platform is reached. */
export interface Endpoint {
  host: string;
  port: number;
  /** What its certificate is checked by; null: it is reached without TLS. */
  security: SecureContext | null;
}

const DEFAULT_PORTS: Record<string, number> = { 'ws:': 80, 'wss:': 443, 'mqtt:': 1883, 'mqtts:': 8883 };

export function isBehindTls(url: string): boolean {
  return /^(wss|mqtts):/.test(url);
}

/** @param authorities whose certificates hold behind TLS, PEM. @throws PolisError `config` when they are no PEM. */
export function endpointOf(url: string, authorities: readonly string[]): Endpoint {
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (DEFAULT_PORTS[protocol] ?? 0),
    security: isBehindTls(url) ? securityBy(authorities) : null,
  };
}

function securityBy(authorities: readonly string[]): SecureContext {
  try {
    return createSecureContext({ ca: [...authorities] });
  } catch (error) {
    throw new PolisError('config', `The authorities of --ca cannot be used: ${messageOf(error)}.`, { cause: error });
  }
}

/** Begins a connection; what is written before it stands waits. */
export function connectTo({ host, port, security }: Endpoint): Socket {
  const way = { host, port, allowHalfOpen: true };
  if (!security) return connect({ ...way, noDelay: true });
  const name = isIP(host) ? {} : { servername: host };
  return connectTls({ ...way, ...name, secureContext: security }).setNoDelay(true);
}

/** Connects once over TLS. @throws PolisError `unavailable` when that fails, with the reason. */
export async function assureTls(url: string, endpoint: Endpoint): Promise<void> {
  if (!endpoint.security) return;
  const socket = connectTo(endpoint);
  try {
    await once(socket, 'secureConnect');
  } catch (error) {
    throw new PolisError(
      'unavailable',
      `${url} cannot be reached over TLS: ${messageOf(error)}. --ca names a PEM file of the authorities that vouch for it.`,
      { cause: error },
    );
  } finally {
    socket.destroy();
  }
}
