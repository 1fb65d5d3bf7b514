import type { Socket } from 'node:net';
import type { Clock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import { createFraming, type FramingFault } from './framing.ts';

const LIMITS = { connectBytes: 8 * 1024, packetBytes: 256 * 1024 };
const CONNECT_WITHIN_MS = 10 * SECOND;

/**
 * Watches a connection that the broker reads, and cuts it when the first packet is not CONNECT or comes late, when a
 * packet claims to be larger than allowed, or when a length is malformed. aedes itself has no such limit: it would
 * gather 250 MB before a CONNECT.
 *
 * The socket emits each chunk as `data` just before the broker's read() returns it, so at most that one chunk of what
 * is refused (64 KiB) is ever held.
 */
export function guardFraming(socket: Socket, clock: Clock, onCut: (fault: FramingFault | 'no-connect') => void): void {
  const framing = createFraming(LIMITS);
  const cut = (fault: FramingFault | 'no-connect') => {
    socket.off('data', watch);
    socket.destroy();
    onCut(fault);
  };
  const cancel = clock.after(CONNECT_WITHIN_MS, () => cut('no-connect'));
  const watch = (chunk: Buffer) => {
    const fault = framing.walk(chunk);
    if (fault !== null || framing.connected()) cancel();
    if (fault !== null) cut(fault);
  };
  socket.on('data', watch);
  socket.once('close', cancel);
}
