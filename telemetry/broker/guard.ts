import type { Duplex } from 'node:stream';
import type { Clock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import { createFraming, type FramingFault } from './framing.ts';

const LIMITS = { packetBytes: 8 * 1024, publishBytes: 256 * 1024 };
const CONNECT_WITHIN_MS = 10 * SECOND;

/**
 * Watches a connection that the broker reads, and cuts it when the first packet is not CONNECT or comes late, when a
 * packet claims to be larger than allowed, or when a length is malformed. aedes itself has no such limit: it would
 * gather 250 MB before a CONNECT.
 *
 * The stream emits each chunk as `data` just before the broker's read() returns it, so at most that one chunk of what
 * is refused is ever held, about as much as a stream buffers (64 KiB).
 */
export function guardFraming(stream: Duplex, clock: Clock, onCut: (fault: FramingFault | 'no-connect') => void): void {
  const framing = createFraming(LIMITS);
  const cut = (fault: FramingFault | 'no-connect') => {
    stream.off('data', watch);
    stream.destroy();
    onCut(fault);
  };
  const cancel = clock.after(CONNECT_WITHIN_MS, () => cut('no-connect'));
  const watch = (chunk: Buffer) => {
    const fault = framing.walk(chunk);
    if (fault !== null || framing.connected()) cancel();
    if (fault !== null) cut(fault);
  };
  stream.on('data', watch);
  stream.once('close', cancel);
}
