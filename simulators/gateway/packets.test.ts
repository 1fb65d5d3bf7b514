import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { createPacketReader } from './packets.ts';

const said: Packet[] = [
  { cmd: 'connack', returnCode: 0, sessionPresent: false },
  { cmd: 'puback', messageId: 7 },
  { cmd: 'publish', topic: 'a/b', payload: 'x'.repeat(300), qos: 1, dup: false, retain: false, messageId: 9 },
  { cmd: 'pingresp' },
];
const bytes = Buffer.concat(said.map((packet) => generate(packet)));

function readIn(pieces: readonly Buffer[]) {
  const read: string[] = [];
  const take = createPacketReader((packet) =>
    read.push(packet.cmd === 'publish' ? `publish ${String(packet.payload).length}` : packet.cmd),
  );
  for (const piece of pieces) take(piece);
  return read;
}

describe('a reader of packets', () => {
  it.each([1, 2, 3, 7, 100, bytes.length])('reads them from pieces of %i bytes', (size) => {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    );
    expect(readIn(pieces)).toEqual(['connack', 'puback', 'publish 300', 'pingresp']);
  });

  it.each([
    ['an unknown packet', Buffer.from([0x00, 0x00])],
    ['a length of more than four digits', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])],
  ])('throws at %s', (_, wrong) => {
    expect(() => readIn([wrong])).toThrow(Error);
  });
});
