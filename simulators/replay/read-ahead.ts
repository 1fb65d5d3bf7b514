import { type Placed, readTrace } from './trace-file.ts';
import { isOfPeer, type PeerLine, peerOf } from './trace.ts';

/** The lines of each of some peers, in order, read once from one file. */
export interface ReadAhead {
  of(peer: string): AsyncGenerator<Placed<PeerLine>>;
  /** Reads to the end of the file; no faster than the peers take their lines. */
  run(): Promise<void>;
}

interface Queue {
  lines: Placed<PeerLine>[];
  isWanted: boolean;
  /** Wakes whoever waits for a line. */
  wake: () => void;
}

/** Lines that were read and not taken, bytes in the file: some 100,000 messages. */
const MOST_HELD = 32 * 1024 * 1024;

export function createReadAhead(file: string, peers: Iterable<string>): ReadAhead {
  const queues = new Map<string, Queue>();
  for (const peer of peers) queues.set(peer, { lines: [], isWanted: true, wake: () => {} });
  let held = 0;
  let isOver = false;
  let hasRoom = () => {};

  const release = (length: number) => {
    held -= length;
    if (held < MOST_HELD) hasRoom();
  };
  return {
    async *of(peer) {
      const queue = queues.get(peer);
      if (!queue) return;
      try {
        for (;;) {
          const next = queue.lines.shift();
          if (next) {
            release(next.length);
            yield next;
          } else if (isOver) return;
          else await new Promise<void>((resolve) => (queue.wake = resolve));
        }
      } finally {
        // It may have had enough: nobody is to wait for it.
        queue.isWanted = false;
        for (const { length } of queue.lines.splice(0)) release(length);
      }
    },
    async run() {
      try {
        for await (const { line, ...place } of readTrace(file)) {
          if (!isOfPeer(line)) continue;
          const queue = queues.get(peerOf(line));
          if (!queue?.isWanted) continue;
          queue.lines.push({ line, ...place });
          queue.wake();
          held += place.length;
          while (held >= MOST_HELD) await new Promise<void>((resolve) => (hasRoom = resolve));
        }
      } finally {
        isOver = true;
        for (const { wake } of queues.values()) wake();
      }
    },
  };
}
