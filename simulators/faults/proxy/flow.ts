import type { Socket } from 'node:net';
import type { Cancel, Clock } from '#estate/clock.ts';
import type { Random } from '#estate/random.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import type { Conditions } from './conditions.ts';

/** One direction of a connection: bytes leave in the order in which they came, each when it is due. */
export interface Flow {
  /** Takes bytes on their way. */
  push(bytes: Buffer): void;
  /** Nothing more comes. Once the last byte has left, the other side hears of it, or `then` is done. */
  end(then?: () => void): void;
  /** Stops, with what is still on its way. */
  drop(): void;
}

/** So much may be on its way; then the sender waits. */
const MOST_BYTES = 256 * 1024;

export function createFlow(
  { clock, random, conditions }: { clock: Clock; random: Random; conditions: () => Conditions },
  { from, to }: { from: Socket; to: Socket },
): Flow {
  const pieces: { bytes: Buffer; dueAt: Millis }[] = [];
  let underway = 0;
  let lastDueAt: Millis = 0;
  let ending: (() => void) | null = null;
  let stopped = false;
  let cancel: Cancel | null = null;

  const leave = () => {
    cancel = null;
    for (let first = pieces[0]; first && !stopped; first = pieces[0]) {
      const waitMs = first.dueAt - clock.now();
      // A clock shows whole milliseconds.
      if (waitMs > 0) return void (cancel = clock.after(Math.ceil(waitMs), leave));
      pieces.shift();
      underway -= first.bytes.length;
      if (underway < MOST_BYTES && !from.destroyed) from.resume();
      if (to.write(first.bytes)) continue;
      return void to.once('drain', leave);
    }
    if (pieces.length === 0 && !stopped) ending?.();
  };
  return {
    push(bytes) {
      const { latencyMs, jitterMs, bytesPerS, sliceBytes, sliceGapMs } = conditions();
      const arrivesAt = clock.now() + latencyMs + jitterMs * random.next();
      for (let at = 0; at < bytes.length; at += sliceBytes) {
        const piece = bytes.subarray(at, at + sliceBytes);
        // What comes later never leaves earlier, however the delay is drawn.
        const begunAt = Math.max(arrivesAt, lastDueAt + (at > 0 ? sliceGapMs : 0));
        lastDueAt = begunAt + (piece.length / bytesPerS) * SECOND;
        pieces.push({ bytes: piece, dueAt: lastDueAt });
      }
      underway += bytes.length;
      if (underway >= MOST_BYTES) from.pause();
      if (!cancel && !to.writableNeedDrain) leave();
    },
    end(then = () => void to.end()) {
      ending = then;
      if (pieces.length === 0) leave();
    },
    drop() {
      stopped = true;
      cancel?.();
      pieces.length = 0;
    },
  };
}
