/** Why a byte stream is cut. */
export type FramingFault = 'not-connect' | 'too-large' | 'malformed-length' | 'no-packet-id';

export interface FramingLimits {
  /** Bytes of a packet, of which the first must be CONNECT. */
  packetBytes: number;
  /** Bytes of a PUBLISH. */
  publishBytes: number;
}

export interface Framing {
  /** Reads on; returns what is wrong as soon as it is claimed. To be asked no more after that. */
  walk(chunk: Uint8Array): FramingFault | null;
  /** True once the first packet has arrived whole. */
  connected(): boolean;
}

const CONNECT = 0x10;
const PUBLISH = 3;
/** PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE and UNSUBSCRIBE begin with their packet identifier. */
const IDENTIFIED = new Set([4, 5, 6, 7, 8, 10]);
const QOS = 0b110;
const LONGEST_LENGTH = 4;

/**
 * Follows the packets of an MQTT stream by their fixed headers (MQTT 3.1.1 §2.2) and their packet identifiers (§2.3.1),
 * which must not be 0: it keeps a few numbers and copies nothing.
 */
export function createFraming(limits: FramingLimits): Framing {
  let first = true;
  let most = limits.packetBytes;
  /** Bytes of the fixed header that have been read of this packet. */
  let headerBytes = 0;
  let length = 0;
  /** Bytes of this packet's body that are still to come. */
  let bodyBytes = 0;
  const identifier = createIdentifierCheck();

  const readHeader = (byte: number): FramingFault | null => {
    if (headerBytes++ === 0) {
      most = byte >> 4 === PUBLISH ? limits.publishBytes : limits.packetBytes;
      identifier.begin(byte);
      return first && byte !== CONNECT ? 'not-connect' : null;
    }
    length += (byte & 0x7f) * 128 ** (headerBytes - 2);
    if (length > most) return 'too-large';
    const more = (byte & 0x80) !== 0;
    if (more) return headerBytes > LONGEST_LENGTH ? 'malformed-length' : null;
    bodyBytes = length;
    if (bodyBytes === 0) endPacket();
    return null;
  };
  const endPacket = () => {
    first = false;
    headerBytes = 0;
    length = 0;
  };

  return {
    connected: () => !first,
    walk(chunk) {
      for (let at = 0; at < chunk.length;) {
        if (bodyBytes > 0) {
          const step = Math.min(bodyBytes, chunk.length - at);
          if (identifier.isZero(chunk, at, step)) return 'no-packet-id';
          at += step;
          bodyBytes -= step;
          if (bodyBytes === 0) endPacket();
        } else {
          const fault = readHeader(chunk[at] ?? 0);
          if (fault) return fault;
          at += 1;
        }
      }
      return null;
    },
  };
}

/** Finds the packet identifier in the body of a packet, wherever that is cut into pieces. */
function createIdentifierCheck() {
  /** What the next two bytes are; null: the identifier was read, or there is none. */
  let next: 'topic-length' | 'identifier' | null = null;
  /** Bytes to pass over before them. */
  let skip = 0;
  let number = 0;
  let digits = 0;

  return {
    /** @param header the first byte of a packet */
    begin(header: number) {
      const kind = header >> 4;
      if (kind === PUBLISH) next = (header & QOS) === 0 ? null : 'topic-length';
      else next = IDENTIFIED.has(kind) ? 'identifier' : null;
      skip = number = digits = 0;
    },
    /** Reads a piece of the body: so many bytes of the chunk, from `at` on. */
    isZero(chunk: Uint8Array, at: number, bytes: number): boolean {
      const end = at + bytes;
      while (next !== null && at + skip < end) {
        at += skip;
        skip = 0;
        number = number * 256 + (chunk[at++] ?? 0);
        if (++digits < 2) continue;
        if (next === 'identifier' && number === 0) return true;
        skip = next === 'topic-length' ? number : 0;
        next = next === 'topic-length' ? 'identifier' : null;
        number = digits = 0;
      }
      skip -= Math.min(skip, end - at);
      return false;
    },
  };
}
