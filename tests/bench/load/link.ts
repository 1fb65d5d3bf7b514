import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/**
 * A charger's WebSocket over a raw socket, as light as can be, so that the load costs less than the server that bears it:
 * frames are masked with zeros (RFC 6455 §5.3 asks for a mask, and leaves its value to the client), all sockets read into
 * one buffer, and only what servers of OCPP send is understood.
 */
export interface Link {
  /** Sends a text frame. */
  send(text: string): void;
  isOpen(): boolean;
  close(): void;
}

export interface LinkListener {
  onText(text: string): void;
  /** `code` is that of the close frame, 1006 without one (RFC 6455 §7.1.5). */
  onClose(code: number): void;
}

export interface LinkTarget {
  port: number;
  path: string;
  protocol: string;
  authorization: string;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const ABNORMAL = 1006;
const FIN = 0x80;
const MASKED = 0x80;

const shared = Buffer.allocUnsafe(64 * 1024);

/** Resolves once the server has switched protocols; rejects with what it said instead. */
export function openLink(target: LinkTarget, listener: LinkListener): Promise<Link> {
  const opened = Promise.withResolvers<Link>();
  const key = randomBytes(16).toString('base64');
  let rest: Buffer | null = null;
  let upgraded = false;
  let closed = false;
  let code = ABNORMAL;

  const read = (count: number) => {
    const fresh = shared.subarray(0, count);
    const all: Buffer = rest === null ? fresh : Buffer.concat([rest, fresh]);
    const from = upgraded ? 0 : upgrade(all);
    const used = from < 0 ? 0 : from + eachFrame(all.subarray(from), take);
    rest = used === all.length ? null : Buffer.from(all.subarray(used));
    return true;
  };
  const socket = connect({
    port: target.port,
    host: '127.0.0.1',
    noDelay: true,
    onread: { buffer: shared, callback: read },
  });
  const link: Link = {
    send: (text) => void socket.write(frameOf(TEXT, text)),
    isOpen: () => upgraded && !closed,
    close: () => void socket.destroy(),
  };
  const upgrade = (all: Buffer): number => {
    const end = all.indexOf('\r\n\r\n');
    if (end < 0) return -1;
    const head = all.toString('latin1', 0, end);
    if (head.startsWith('HTTP/1.1 101 ') && head.includes(acceptOf(key))) {
      upgraded = true;
      opened.resolve(link);
    } else {
      opened.reject(new Error(head.split('\r\n', 1)[0]));
      socket.destroy();
    }
    return end + 4;
  };
  const take = (opcode: number, payload: Buffer) => {
    if (opcode === TEXT) listener.onText(payload.toString());
    else if (opcode === PING) socket.write(frameOf(PONG, payload.toString('latin1')));
    else if (opcode === CLOSE) {
      code = payload.length >= 2 ? payload.readUInt16BE(0) : ABNORMAL;
      socket.end(frameOf(CLOSE, ''));
    }
  };
  socket.on('connect', () => socket.write(requestOf(target, key)));
  socket.on('error', (error) => opened.reject(error));
  socket.on('close', () => {
    closed = true;
    opened.reject(new Error('closed during the handshake'));
    if (upgraded) listener.onClose(code);
  });
  return opened.promise;
}

function requestOf({ port, path, protocol, authorization }: LinkTarget, key: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    `Sec-WebSocket-Protocol: ${protocol}`,
    `Authorization: ${authorization}`,
    '\r\n',
  ].join('\r\n');
}

function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** A client's frame of less than 64 KiB, in ASCII. */
function frameOf(opcode: number, text: string): Buffer {
  const long = text.length > 125;
  const headLength = long ? 8 : 6;
  const frame = Buffer.allocUnsafe(headLength + text.length);
  frame[0] = FIN | opcode;
  frame[1] = MASKED | (long ? 126 : text.length);
  if (long) frame.writeUInt16BE(text.length, 2);
  frame.writeUInt32BE(0, headLength - 4);
  frame.write(text, headLength, 'latin1');
  return frame;
}

/** Hands out the whole frames at the beginning of a server's bytes; returns how many bytes they were. */
function eachFrame(bytes: Buffer, take: (opcode: number, payload: Buffer) => void): number {
  let at = 0;
  while (bytes.length - at >= 2) {
    const opcode = (bytes[at] ?? 0) & 0x0f;
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const head = short === 126 ? 4 : 2;
    if (short === 127 || bytes.length - at < head) break;
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    if (bytes.length - at < head + length) break;
    take(opcode, bytes.subarray(at + head, at + head + length));
    at += head + length;
  }
  return at;
}
