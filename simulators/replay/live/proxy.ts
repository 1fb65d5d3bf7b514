import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { Transform } from 'node:stream';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { TraceWriter } from '../trace-writer.ts';
import type { Ear } from './ear.ts';
import { connectTo, type Endpoint } from './endpoint.ts';

/** Stands between the field and a platform, and passes on what each says. */
export interface Proxy {
  readonly port: number;
  /** Ends all connections, and lets nobody in any more. */
  close(): Promise<void>;
}

export interface ProxyOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** With a certificate it is reached over TLS alone. PEM. */
  certificate?: ProxyCertificate | undefined;
  upstream: Endpoint;
}

export interface ProxyCertificate {
  chain: string;
  key: string;
}

/** A fleet comes back at once. */
const BACKLOG = 4_096;

/**
 * Opens a recording proxy for one protocol. Bytes go on in their order, and no faster than the other side and the trace
 * can take them; what is passed on was written before.
 *
 * @throws PolisError `config` when the port cannot be had, or the certificate is none.
 */
export async function openProxy(
  deps: { writer: Pick<TraceWriter, 'room'>; listen(): Ear },
  options: ProxyOptions,
): Promise<Proxy> {
  const open = new Set<Socket>();
  let isClosing = false;
  const holdOpen = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  const server = serverFor(options.certificate, (field) => {
    const platform = connectTo(options.upstream);
    const ear = deps.listen();
    const written = (read: (chunk: Buffer) => Buffer) =>
      new Transform({
        transform(chunk: Buffer, _encoding, done) {
          const passed = read(chunk);
          deps.writer.room().then(() => done(null, passed), done);
        },
      });
    join(field, platform, {
      up: written((chunk) => ear.fromField(chunk)),
      down: written((chunk) => ear.fromPlatform(chunk)),
    });
    for (const socket of [field, platform]) holdOpen(socket);
    // That the recording ends is not something that happened in the field.
    field.once('close', () => isClosing || ear.ended());
  });
  // Behind TLS there is a connection before the handshake, too.
  server.on('connection', holdOpen);
  server.listen({ host: options.host, port: options.port, backlog: BACKLOG });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new PolisError('config', `Port ${options.port} cannot be had: ${messageOf(error)}. Name another.`);
  }
  return {
    port: portOf(server.address()),
    async close() {
      isClosing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function serverFor(certificate: ProxyCertificate | undefined, accept: (field: Socket) => void): Server {
  const ways = { allowHalfOpen: true, noDelay: true };
  if (!certificate) return createServer(ways, accept);
  try {
    return createTlsServer({ ...ways, cert: certificate.chain, key: certificate.key }, accept);
  } catch (error) {
    throw new PolisError('config', `The certificate for the field cannot be used: ${messageOf(error)}.`);
  }
}

/** Pipes two sockets into each other; a reset of one is a reset of the other. */
function join(field: Socket, platform: Socket, { up, down }: { up: Transform; down: Transform }): void {
  field.pipe(up).pipe(platform);
  platform.pipe(down).pipe(field);
  for (const [one, other] of [
    [field, platform],
    [platform, field],
  ] as const) {
    one.once('error', () => reset(other));
    one.once('close', () => other.destroySoon());
  }
  const broken = () => {
    field.destroy();
    platform.destroy();
  };
  up.once('error', broken);
  down.once('error', broken);
}

function reset(socket: Socket): void {
  // Node resets plain connections only; one over TLS ends without its close_notify.
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
