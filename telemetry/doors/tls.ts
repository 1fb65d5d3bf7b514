import { constants } from 'node:crypto';
import { createServer, type Server, type TlsOptions as NodeTlsOptions } from 'node:tls';
import type { Cancel } from '#estate/clock.ts';
import { createDoor, HANDSHAKE_WITHIN_MS, SOCKETS, type Door, type DoorDeps, type Place } from './door.ts';

/** A certificate with its chain, and its private key. PEM. */
export interface ServerCertificate {
  certificate: string;
  key: string;
}

export interface TlsOptions {
  /** 0: any free port. */
  port: number;
  /** What the port shows, now and whenever that is renewed. */
  certificates: {
    load(): Promise<readonly ServerCertificate[]>;
    watch(renewed: (pairs: readonly ServerCertificate[]) => void): Cancel;
  };
  /** The roots of this installation; what they signed counts only while it is on record. PEM. */
  roots: string;
  /** Other authorities whose certificates devices may show. PEM. */
  authorities: readonly string[];
}

/**
 * Each client is asked for a certificate, and let in without one or with a bad one: it may have a secret. No session is
 * resumed, so that each connection shows its certificate anew.
 */
const RULES = {
  minVersion: 'TLSv1.2',
  requestCert: true,
  rejectUnauthorized: false,
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  handshakeTimeout: HANDSHAKE_WITHIN_MS,
} satisfies NodeTlsOptions;

export const TLS_SOCKETS = { ...SOCKETS, ...RULES };

/** MQTT over TLS. */
export function createTlsDoor({ log, enter }: DoorDeps, options: TlsOptions & Place): Door {
  const server = createServer(TLS_SOCKETS, (socket) => enter(socket, socket));
  return createSecuredDoor(server, 'MQTT over TLS', { ...options, log });
}

/** A door whose server speaks TLS (made with `TLS_SOCKETS`) and shows its certificates as they are renewed. */
export function createSecuredDoor(
  server: Server,
  named: string,
  { certificates, roots, authorities, log, ...place }: TlsOptions & Place & Pick<DoorDeps, 'log'>,
): Door {
  const shown = (pairs: readonly ServerCertificate[]) => ({
    ...RULES,
    cert: pairs.map(({ certificate }) => certificate),
    key: pairs.map(({ key }) => key),
    ca: [roots, ...authorities],
  });
  server.on('tlsClientError', (error, socket) => {
    log.info({ error: error.message, from: socket.remoteAddress }, `A TLS handshake on the port for ${named} failed.`);
    socket.destroy();
  });
  const door = createDoor(server, named, { ...place, log });
  let stopWatching: Cancel = () => {};
  return {
    async open() {
      server.setSecureContext(shown(await certificates.load()));
      const opened = await door.open();
      stopWatching = certificates.watch((renewed) => server.setSecureContext(shown(renewed)));
      return opened;
    },
    close() {
      stopWatching();
      door.close();
    },
  };
}
