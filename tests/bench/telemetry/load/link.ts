import { connect } from 'node:net';
import { connectPacket } from './packets.ts';

/** A connection to an MQTT broker over a raw socket. Of what a broker sends, only the kind and the packet id are read. */
export interface Link {
  send(bytes: Buffer): void;
  /** Bytes that the broker has not taken yet. */
  waiting(): number;
  isOpen(): boolean;
  close(): void;
}

export interface LinkListener {
  /** So many PUBACKs came at once. */
  onAcknowledged(count: number): void;
  /** Publishes came at once, with the packet ids of those of QoS 1. */
  onPublished?(count: number, packetIds: readonly number[]): void;
}

const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;

const shared = Buffer.allocUnsafe(256 * 1024);

/** Resolves once the broker has accepted; rejects with its return code otherwise. */
export function openLink(to: { port: number; id: string; secret: string }, listener: LinkListener): Promise<Link> {
  const opened = Promise.withResolvers<Link>();
  let rest: Buffer | null = null;
  let open = false;

  const read = (count: number) => {
    const all = rest === null ? shared.subarray(0, count) : Buffer.concat([rest, shared.subarray(0, count)]);
    const used = take(all);
    rest = used === all.length ? null : Buffer.from(all.subarray(used));
    return true;
  };
  const take = (all: Buffer): number => {
    let [at, acknowledged, published] = [0, 0, 0];
    const packetIds: number[] = [];
    for (;;) {
      const { body, end } = frameAt(all, at);
      if (end > all.length) break;
      const first = all[at] ?? 0;
      if (first >> 4 === PUBACK) acknowledged++;
      else if (first >> 4 === PUBLISH) {
        published++;
        if ((first & 6) !== 0) packetIds.push(all.readUInt16BE(body + 2 + all.readUInt16BE(body)));
      } else if (first >> 4 === CONNACK) welcome(all[body + 1] ?? -1);
      at = end;
    }
    if (acknowledged > 0) listener.onAcknowledged(acknowledged);
    if (published > 0) listener.onPublished?.(published, packetIds);
    return at;
  };
  const welcome = (code: number) => {
    open = code === 0;
    if (open) opened.resolve(link);
    else opened.reject(new Error(`refused with return code ${code}`));
  };
  const socket = connect({
    port: to.port,
    host: '127.0.0.1',
    noDelay: true,
    onread: { buffer: shared, callback: read },
  });
  const link: Link = {
    send: (bytes) => void socket.write(bytes),
    waiting: () => socket.writableLength,
    isOpen: () => open,
    close: () => void socket.destroy(),
  };
  socket.on('connect', () => socket.write(connectPacket(to)));
  socket.on('error', (error) => opened.reject(error));
  socket.on('close', () => {
    open = false;
    opened.reject(new Error('closed before it was accepted'));
  });
  return opened.promise;
}

/** Where the packet at a place has its body, and where it ends: beyond the buffer when it is not there whole. */
function frameAt(all: Buffer, at: number): { body: number; end: number } {
  let length = 0;
  for (let next = at + 1; next < Math.min(all.length, at + 5); next++) {
    const byte = all[next] ?? 0;
    length += (byte & 0x7f) * 128 ** (next - at - 1);
    if ((byte & 0x80) === 0) return { body: next + 1, end: next + 1 + length };
  }
  return { body: Infinity, end: Infinity };
}
