import { createServer, STATUS_CODES, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { KeyPair } from '#charging/index.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import { CHARGER_PATTERN } from '#estate/ids.ts';
import type { Log } from '#estate/log.ts';
import { SECOND } from '#estate/units.ts';
import { clientCertificateOf, type ClientCertificate } from '../tls/client-certificate.ts';
import { isTls, reasonOf } from '../tls/handshake-faults.ts';
import { TLS_RULES } from '../tls/rules.ts';

/** A request to become a WebSocket, on a path that names a charger. */
export interface Knock {
  identity: string;
  remoteAddress: string;
  /** What came to light beneath the request; null: it came without TLS. */
  tls: { certificate: ClientCertificate | null } | null;
  request: IncomingMessage;
  socket: Socket;
  head: Buffer;
}

export interface FrontOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** How long a client may take for its TLS handshake, and again to send its request, ms; 10 s unless told. */
  headersTimeoutMs?: number;
}

/** What a door behind TLS shows, and whom it trusts. PEM. */
export interface Credentials {
  certificates: readonly KeyPair[];
  authorities: readonly string[];
}

/** The door: an HTTP server that does nothing but hand on upgrade requests for `/ocpp/{identity}`. */
export interface Front {
  /**
   * Behind TLS when there are credentials.
   *
   * @throws PolisError `config` when the port cannot be had.
   */
  open(credentials?: Credentials): Promise<{ port: number }>;
  /** Shows other credentials to whom knocks from now on. */
  renew(credentials: Credentials): void;
  /** Lets nobody in any more. Connections that stand are not its concern. */
  close(): Promise<void>;
}

/** So many may wait to be accepted: a fleet comes back at once (the default, 511, costs a second and more). */
const BACKLOG = 4_096;

export interface FrontDeps {
  log: Log;
  knock: (knock: Knock) => Promise<void>;
  /** Is told of whom the door itself turned away. */
  refused: (claim: { identity: string; remoteAddress: string; reason: string }) => void;
}

/** What stands in place of an identity that was not told. */
const NOBODY = '(not told)';

export function createFront(deps: FrontDeps, options: FrontOptions): Front {
  const headersTimeout = options.headersTimeoutMs ?? 10 * SECOND;
  const settings = {
    headersTimeout,
    requestTimeout: headersTimeout,
    connectionsCheckingInterval: headersTimeout / 4,
    noDelay: true,
  };
  const decline: RequestListener = (_request, response) => {
    response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end('This port speaks OCPP over WebSocket.');
  };
  let tlsServer: ReturnType<typeof createTlsServer> | null = null;
  let close = () => Promise.resolve();
  return {
    open(credentials) {
      if (credentials) {
        const secured = { ...settings, ...TLS_RULES, ...shown(credentials), handshakeTimeout: headersTimeout };
        tlsServer = createTlsServer(secured, decline);
      }
      const server = tlsServer ?? createServer(settings, decline);
      attend(server, deps);
      close = () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        });
      return listen(server, options);
    },
    renew: (credentials) => tlsServer?.setSecureContext({ ...TLS_RULES, ...shown(credentials) }),
    close: () => close(),
  };
}

type HttpServer = ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>;

function shown({ certificates, authorities }: Credentials) {
  return {
    cert: certificates.map(({ certificate }) => certificate),
    key: certificates.map(({ key }) => key),
    ca: [...authorities],
  };
}

/** Listens to all that may happen at the door: what is not listened to would end the process. */
function attend(server: HttpServer, deps: FrontDeps): void {
  const { log, refused } = deps;
  // The process may run out of file descriptors.
  server.on('error', (error: Error) => log.error({ error: error.message }, 'The OCPP port failed.'));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => log.debug({ error: messageOf(error) }, 'A socket failed.'));
    if (socket instanceof Socket) receive({ request, socket, head }, deps);
    else socket.destroy();
  });
  const failed = (error: Error, remoteAddress = '') => {
    const reason = reasonOf(error);
    if (reason !== null) refused({ identity: NOBODY, remoteAddress, reason });
  };
  server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    failed(error, socket.remoteAddress);
    socket.destroy();
  });
  server.on('clientError', (error: Error, socket: Duplex) => {
    if (socket instanceof Socket && isOfTls(error, socket)) failed(error, socket.remoteAddress);
    refuse(socket, statusOf(error));
  });
}

/** As Node itself answers what never became a request. */
function statusOf(error: Error): 400 | 408 | 431 {
  const code = 'code' in error ? error.code : '';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
}

/** In TLS 1.3 a client may object to our certificate only after its handshake; on the other port it has none at all. */
function isOfTls(error: Error, socket: Socket): boolean {
  if (socket instanceof TLSSocket) return 'code' in error && String(error.code).startsWith('ERR_SSL');
  return isTls(error);
}

function receive({ request, socket, head }: Pick<Knock, 'request' | 'socket' | 'head'>, deps: FrontDeps): void {
  const remoteAddress = socket.remoteAddress ?? '';
  const path = readPath(request.url ?? '');
  if ('status' in path) {
    if (path.status === 400) deps.refused({ identity: path.claimed, remoteAddress, reason: 'not a valid identity' });
    return refuse(socket, path.status);
  }
  const tls = socket instanceof TLSSocket ? { certificate: clientCertificateOf(socket) } : null;
  deps.knock({ ...path, remoteAddress, tls, request, socket, head }).catch((error: unknown) => {
    deps.log.error({ error: messageOf(error), identity: path.identity }, 'A handshake could not be completed.');
    refuse(socket, 503);
  });
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
export function refuse(socket: Duplex, status: 400 | 401 | 404 | 408 | 429 | 431 | 503): void {
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

function listen(server: HttpServer, { host, port }: FrontOptions): Promise<{ port: number }> {
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
