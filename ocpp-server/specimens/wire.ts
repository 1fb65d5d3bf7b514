import { once } from 'node:events';
import { connect } from 'node:net';
import { text as read } from 'node:stream/consumers';
import { WebSocket, type ClientOptions } from 'ws';

/** For tests: the other side of the front, as bare as it can be. */

/** What a charger here signs in with: no two with the same. */
export const secretOf = (id: string): string => id.padEnd(40, 's').slice(0, 40);

/** A WebSocket as a charger holds it, without any manners of its own. */
export interface Wire {
  socket: WebSocket;
  send(frame: string): void;
  /** Sends a call and waits for the answer to it. */
  call(action: string, payload: unknown, id?: string): Promise<unknown[]>;
  /** The next frame that was not taken yet. */
  next(): Promise<unknown[]>;
  closed: Promise<number>;
}

export interface Dial {
  id: string;
  protocols?: string[];
  /** The header for them, as no proper client would send it. */
  header?: string;
  user?: string;
  secret?: string | Buffer | null;
  path?: string;
  autoPong?: boolean;
  /** With it the wire is behind TLS. */
  tls?: ClientOptions & { servername?: string };
}

/** Connects; rejects with the HTTP status when it is turned away. */
export async function openWire(port: number, dial: Dial): Promise<Wire> {
  const { id, protocols = ['ocpp1.6'], user = id, secret = secretOf(id), autoPong = true, header, tls } = dial;
  const { path = `/ocpp/${encodeURIComponent(id)}` } = dial;
  const pair = Buffer.concat([Buffer.from(`${user}:`), Buffer.from(secret ?? '')]).toString('base64');
  const headers: Record<string, string> = secret === null ? {} : { authorization: `Basic ${pair}` };
  if (header !== undefined) headers['sec-websocket-protocol'] = header;
  const offered = header === undefined ? protocols : [];
  const socket = new WebSocket(`${tls ? 'wss' : 'ws'}://127.0.0.1:${port}${path}`, offered, {
    headers,
    autoPong,
    ...tls,
  });
  const frames: unknown[][] = [];
  const waiting: ((frame: unknown[]) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as unknown[];
    const first = waiting.shift();
    if (first) first(frame);
    else frames.push(frame);
  });
  const closed = new Promise<number>((resolve) => void socket.once('close', resolve));
  socket.on('error', () => null);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(new Error(String(response.statusCode)));
    });
    socket.once('close', () => reject(new Error('closed')));
  });
  const next = () => {
    const frame = frames.shift();
    return frame ? Promise.resolve(frame) : new Promise<unknown[]>((resolve) => void waiting.push(resolve));
  };
  let calls = 0;
  return {
    socket,
    send: (frame) => socket.send(frame),
    next,
    call(action, payload, callId = `c${++calls}`) {
      socket.send(JSON.stringify([2, callId, action, payload]));
      return next();
    },
    closed,
  };
}

/** Sends raw bytes to the port and resolves with all that comes back before the socket closes. */
export async function rawRequest(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write(bytes);
  return read(socket);
}

/** The bytes of an upgrade request for a path. */
export function upgradeOf(path: string, headers: readonly string[] = []): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
