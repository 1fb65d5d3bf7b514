/** Why a byte stream is cut. */
export type FramingFault = 'not-connect' | 'too-large' | 'malformed-length';

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
const LONGEST_LENGTH = 4;

/**
 * Follows the packets of an MQTT stream by their fixed headers alone (MQTT 3.1.1 §2.2): it keeps three numbers and
 * copies nothing.
 */
export function createFraming(limits: FramingLimits): Framing {
  let first = true;
  let most = limits.packetBytes;
  /** Bytes of the fixed header that have been read of this packet. */
  let headerBytes = 0;
  let length = 0;
  /** Bytes of this packet's body that are still to come. */
  let bodyBytes = 0;

  const readHeader = (byte: number): FramingFault | null => {
    if (headerBytes++ === 0) {
      most = byte >> 4 === PUBLISH ? limits.publishBytes : limits.packetBytes;
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
