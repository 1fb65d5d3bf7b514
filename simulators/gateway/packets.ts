import { type Packet, parser } from 'mqtt-packet';

/**
 * Reads the packets of a stream as its bytes come. Between two packets it holds nothing, so that thousands of
 * connections cost little.
 *
 * @param take is given each packet; what it holds of the bytes is good only until `take` returns.
 * @returns takes the next bytes. @throws Error when they are no MQTT.
 */
export function createPacketReader(take: (packet: Packet) => void): (bytes: Buffer) => void {
  let rest: Buffer | null = null;
  return (bytes) => {
    const all: Buffer = rest === null ? bytes : Buffer.concat([rest, bytes]);
    const whole = wholePackets(all);
    rest = whole === all.length ? null : Buffer.from(all.subarray(whole));
    if (whole > 0) for (const packet of packetsOf(all.subarray(0, whole))) take(packet);
  };
}

function packetsOf(bytes: Buffer): Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion: 4 });
  reader.on('packet', (packet: Packet) => packets.push(packet));
  // It throws what nobody listens for.
  reader.parse(bytes);
  return packets;
}

/** How many bytes from the begin are packets that are there whole. */
function wholePackets(bytes: Buffer): number {
  let end = 0;
  for (let next = endOfPacket(bytes, 0); next <= bytes.length; next = endOfPacket(bytes, end)) end = next;
  return end;
}

const LENGTH_DIGITS = 4;

/** Where the packet at a place ends, by its remaining length (MQTT 3.1.1 §2.2.3); Infinity while that is not there. */
function endOfPacket(bytes: Buffer, at: number): number {
  let length = 0;
  for (let digit = 0; digit < LENGTH_DIGITS; digit++) {
    const byte = bytes[at + 1 + digit];
    if (byte === undefined) return Infinity;
    length += (byte & 0x7f) * 128 ** digit;
    if ((byte & 0x80) === 0) return at + 2 + digit + length;
  }
  // Longer than any length: the parser says what is wrong.
  return bytes.length;
}
