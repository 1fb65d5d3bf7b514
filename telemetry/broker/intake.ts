import type { Duplex } from 'node:stream';

/** Bounds what is being read and kept at a time, over all connections. The rest waits in its sockets, and its senders. */
export interface Intake {
  /** The stream hands out what has arrived while there is room, and in turns where others wait too. */
  control(stream: Duplex): void;
  /** Takes up room until the work ends. */
  during<T>(bytes: number, work: () => Promise<T>): Promise<T>;
}

/** What a message is in memory beside its bytes, while it is on its way to the journal. */
const MESSAGE_BYTES = 1024;
/** Of a connection in its turn; a larger packet takes several. */
const SMALLEST_PIECE = 4 * 1024;
const PIECES_IN_A_ROUND = 8;

export function createIntake(mostBytes: number): Intake {
  const waiting = new Set<Duplex>();
  let inside = 0;
  let served: Duplex | null = null;
  let serving = false;

  const wait = (stream: Duplex) => {
    waiting.add(stream);
    serve();
  };
  /** A few pieces in each round of the event loop, which has other things to do. */
  const serve = () => {
    if (serving || waiting.size === 0 || inside >= mostBytes) return;
    serving = true;
    setImmediate(() => {
      serving = false;
      for (const stream of waiting.values().take(PIECES_IN_A_ROUND).toArray()) {
        if (inside >= mostBytes) break;
        waiting.delete(stream);
        served = stream;
        stream.emit('readable');
        served = null;
      }
      serve();
    });
  };

  return {
    control(stream) {
      const read = stream.read.bind(stream);
      // aedes says null for no size. It reads once for each `readable`, and again when all of that is acknowledged.
      stream.read = (size?: number | null) => {
        if (typeof size === 'number') return read(size);
        if (stream !== served && (waiting.size > 0 || inside >= mostBytes)) {
          wait(stream);
          return null;
        }
        const most = Math.max(SMALLEST_PIECE, Math.floor(mostBytes / (waiting.size + 1)));
        // Without a size, read() would return the first of the chunks alone (Node 26).
        const piece: unknown = read(Math.min(most, stream.readableLength) || undefined);
        if (stream.readableLength > 0) wait(stream);
        return piece;
      };
      stream.once('close', () => waiting.delete(stream));
    },
    async during(bytes, work) {
      inside += bytes + MESSAGE_BYTES;
      try {
        return await work();
      } finally {
        inside -= bytes + MESSAGE_BYTES;
        serve();
      }
    },
  };
}
