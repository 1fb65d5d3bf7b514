import type { Duplex } from 'node:stream';

/**
 * Lets read() without a size return all that has arrived, as it did before Node 26, where it returns the first piece.
 * aedes reads once for each `readable` and would leave the rest of a packet lying there until more arrives.
 */
export function readWhole(stream: Duplex): void {
  const read = stream.read.bind(stream);
  // aedes says null for no size.
  stream.read = (size?: number | null) => read(size ?? (stream.readableLength || undefined));
}
