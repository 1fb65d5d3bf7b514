import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf, PolisError } from '#estate/errors.ts';
import { CHARGER_PATTERN } from '#estate/ids.ts';
import type { Log } from '#estate/log.ts';
import { SECOND } from '#estate/units.ts';

/** A request to become a WebSocket, on a path that names a charger. */
export interface Knock {
  identity: string;
  remoteAddress: string;
  request: IncomingMessage;
  socket: Socket;
  head: Buffer;
}

export interface FrontOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** How long a client may take to send its request, ms; 10 s unless told. */
  headersTimeoutMs?: number;
}

/** The door: an HTTP server that does nothing but hand on upgrade requests for `/ocpp/{identity}`. */
export interface Front {
  /** @throws PolisError `config` when the port cannot be had. */
  open(): Promise<{ port: number }>;
  /** Lets nobody in any more. Connections that stand are not its concern. */
  close(): Promise<void>;
}

/** So many may wait to be accepted: a fleet comes back at once (the default, 511, costs a second and more). */
const BACKLOG = 4_096;

/** @param refused is told of whom the door itself turned away. */
export function createFront(
  deps: {
    log: Log;
    knock: (knock: Knock) => Promise<void>;
    refused: (claim: { identity: string; remoteAddress: string; reason: string }) => void;
  },
  options: FrontOptions,
): Front {
  const headersTimeout = options.headersTimeoutMs ?? 10 * SECOND;
  const settings = { headersTimeout, requestTimeout: headersTimeout, connectionsCheckingInterval: headersTimeout / 4 };
  const server = createServer({ ...settings, noDelay: true }, (_request, response) => {
    response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end('This port speaks OCPP over WebSocket.');
  });
  // A listener at all times: the process may run out of file descriptors.
  server.on('error', (error) => deps.log.error({ error: messageOf(error) }, 'The OCPP port failed.'));
  server.on('upgrade', (request, socket, head) => {
    // Without a listener, the error of one socket would end the process.
    socket.on('error', (error) => deps.log.debug({ error: messageOf(error) }, 'A socket failed.'));
    if (!(socket instanceof Socket)) return void socket.destroy();
    const remoteAddress = socket.remoteAddress ?? '';
    const path = readPath(request.url ?? '');
    if ('status' in path) {
      if (path.status === 400) deps.refused({ identity: path.claimed, remoteAddress, reason: 'not a valid identity' });
      return refuse(socket, path.status);
    }
    deps.knock({ ...path, remoteAddress, request, socket, head }).catch((error: unknown) => {
      deps.log.error({ error: messageOf(error), identity: path.identity }, 'A handshake could not be completed.');
      refuse(socket, 503);
    });
  });
  return {
    open: () => listen(server, options),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The identity in a raw path. The path is matched before anything is decoded: what a decoder chokes on must not get far.
 * `.` and `..` are refused, as a URL parser would walk along them.
 */
export function readPath(url: string): { identity: string } | { status: 400 | 404; claimed: string } {
  const [path = ''] = url.split('?', 1);
  const claimed = /^\/ocpp\/([^/]+)\/?$/.exec(path)?.[1];
  const identity = decoded(claimed ?? path);
  if (identity === null) return { status: 400, claimed: claimed ?? path };
  if (claimed === undefined) return { status: 404, claimed: path };
  const fit = CHARGER_PATTERN.test(identity) && identity !== '.' && identity !== '..';
  return fit ? { identity } : { status: 400, claimed };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Answers a handshake with an HTTP status and closes the socket. */
export function refuse(socket: Duplex, status: 400 | 401 | 404 | 429 | 503): void {
  if (!socket.writable) return void socket.destroy();
  const reason = STATUS_CODES[status] ?? '';
  const headers = [
    `HTTP/1.1 ${status} ${reason}`,
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${reason.length}`,
    ...(status === 401 ? ['WWW-Authenticate: Basic realm="ocpp", charset="UTF-8"'] : []),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${headers.join('\r\n')}\r\n\r\n${reason}`);
}

function listen(server: Server, { host, port }: FrontOptions): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      const message = `The OCPP port ${port} on ${host} cannot be opened: ${error.message}. Choose another port.`;
      reject(new PolisError('config', message, { cause: error }));
    };
    server.once('error', failed);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', failed);
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port });
    });
  });
}
