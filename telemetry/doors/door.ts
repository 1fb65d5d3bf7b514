import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { Log } from '#estate/log.ts';
import { SECOND } from '#estate/units.ts';

/** A port by which MQTT comes in. */
export interface Door {
  /** @throws PolisError `config` when the port cannot be had. */
  open(): Promise<{ port: number }>;
  /** Lets nobody in any more, and cuts whoever is still there. */
  close(): void;
}

export interface DoorDeps {
  log: Log;
  /** Somebody came in: what the broker reads, and the socket that carries it. */
  enter: (stream: Duplex, socket: Socket) => void;
}

export interface Place {
  host: string;
  /** 0: any free port. */
  port: number;
}

/** How long a client may take for a handshake that comes before MQTT. */
export const HANDSHAKE_WITHIN_MS = 10 * SECOND;
/** A client that died unnoticed is found out by the system, however long its keep-alive. */
export const SOCKETS = { highWaterMark: 4 * 1024, keepAlive: true, keepAliveInitialDelay: 60 * SECOND, noDelay: true };

/** So many may wait to be accepted: a fleet comes back at once. */
const BACKLOG = 4_096;
const MOST_CONNECTIONS = 20_000;

/** @param named as a person knows this port, for a message. */
export function createDoor(server: Server, named: string, { host, port, log }: Place & { log: Log }): Door {
  const sockets = new Set<Socket>();
  server.maxConnections = MOST_CONNECTIONS;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    async open() {
      const opened = await listen(server, named, { host, port });
      // Out of file handles, for example: that must not end the process.
      server.on('error', (error) => log.error({ error: error.message }, `The port for ${named} failed.`));
      return opened;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function listen(server: Server, named: string, { host, port }: Place): Promise<{ port: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen({ host, port, backlog: BACKLOG }, resolve);
  try {
    await promise;
  } catch (error) {
    throw new PolisError(
      'config',
      `${named} cannot listen on ${host}:${port} (${messageOf(error)}); stop what listens there, or choose another port.`,
      { cause: error },
    );
  } finally {
    server.off('error', reject);
  }
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : port };
}
