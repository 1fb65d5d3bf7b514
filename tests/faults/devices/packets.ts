import { generate, type Packet } from 'mqtt-packet';
import { SECOND } from '#estate/units.ts';
import { secretOf } from '../../../telemetry/specimens/test-bed.ts';
import { data, fate, goesOn, type Bed, type Fault } from './bed.ts';
import { connectPacket, openSocket } from './wire.ts';

/** Bytes on a connection that has not signed in. */
function knocking(name: string, bytes: Buffer): Fault {
  return {
    name,
    async observe(bed) {
      const wire = openSocket(bed.port);
      wire.socket.write(bytes);
      return fate({ wire });
    },
    expected: 'cut',
  };
}

/** Bytes on a connection that has signed in. */
function saying(name: string, bytes: Buffer): Fault {
  return {
    name,
    async observe(bed) {
      const gateway = await bed.gateway();
      gateway.wire.socket.write(bytes);
      return fate(gateway);
    },
    expected: 'cut',
  };
}

/** A PUBLISH, its first byte and the text of its topic as they are. */
export function publish(header: number, topic: Buffer, rest = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from([topic.length >> 8, topic.length & 0xff]), topic, rest]);
  return Buffer.concat([Buffer.from([header]), lengthOf(body.length), body]);
}

/** A remaining length (MQTT 3.1.1 §2.2.3). */
function lengthOf(bytes: number): Buffer {
  const digits = [];
  for (let left = bytes; left > 0 || digits.length === 0; left >>= 7)
    digits.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  return Buffer.from(digits);
}

const topic = Buffer.from('estate/v1/s1/data/g1/inv1');
const CONNECT = generate(connectPacket({ user: 'meter', password: secretOf('meter') }));
const [MOST_CLAIMED, RETAINED_200_MB] = [268_435_455, 200 * 1024 * 1024];

/** Sends 200 MB, or until the connection is cut: what became of it, and whether any of it was kept in memory meanwhile. */
async function pour(bed: Bed, first: Buffer): Promise<string> {
  const { wire } = await bed.gateway();
  const before = process.memoryUsage().arrayBuffers;
  let most = before;
  const piece = Buffer.alloc(1024 * 1024, 0x20);
  wire.socket.write(first);
  for (let megabytes = 0; megabytes < 200 && !wire.isClosed(); megabytes++) {
    await new Promise((resolve) => wire.socket.write(piece, resolve));
    await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }
  const heldMb = Math.round((most - before) / 1024 / 1024);
  return `${await fate({ wire })}, ${heldMb < 20 ? 'nothing of it held' : `${heldMb} MB held`}`;
}

export const PACKET_FAULTS: Fault[] = [
  knocking('first packet is a PUBLISH', publish(0x30, topic)),
  knocking('first packet is HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')),
  knocking('first packet is a TLS hello', Buffer.from('16030100f5010000f10303', 'hex')),
  knocking('CONNECT that claims 268 MB', Buffer.concat([Buffer.from([0x10]), lengthOf(MOST_CLAIMED)])),
  knocking('CONNECT with a length of five bytes', Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x01])),
  knocking('CONNECT of another protocol', Buffer.from(CONNECT.toString('latin1').replace('MQTT', 'MQXX'), 'latin1')),
  knocking('CONNECT whose client id is longer than itself', Buffer.from('100d00044d5154540402003cffff61', 'hex')),
  {
    name: 'no CONNECT for 10 s',
    async observe(bed) {
      const wires = [openSocket(bed.port), openSocket(bed.port)];
      // One says nothing, the other half of a CONNECT.
      wires[1]?.socket.write(CONNECT.subarray(0, 10));
      await new Promise((resolve) => setTimeout(resolve, 100));
      await bed.clock.advance(9 * SECOND);
      const before = wires.map((wire) => (wire.isClosed() ? 'cut' : 'stays'));
      await bed.clock.advance(2 * SECOND);
      return `${before.join(' and ')} at 9 s, ${(await Promise.all(wires.map((wire) => fate({ wire })))).join(' and ')} at 11 s`;
    },
    expected: 'stays and stays at 9 s, cut and cut at 11 s',
  },
  saying('PUBLISH that claims 268 MB', Buffer.concat([Buffer.from([0x32]), lengthOf(MOST_CLAIMED)])),
  {
    name: 'retained PUBLISH of 200 MB',
    observe: (bed) =>
      pour(bed, Buffer.concat([Buffer.from([0x33]), lengthOf(RETAINED_200_MB), Buffer.from([0, topic.length]), topic])),
    expected: 'cut, nothing of it held',
  },
  {
    name: 'PUBLISH of 256 KiB, and of one byte more',
    async observe(bed) {
      const sized = async (extra: number) => {
        const { wire, topic: of } = await bed.gateway();
        const body = data(bed.clock.now(), 7);
        const header = of('data').length + 4;
        return (await wire.say(of('data'), body.padEnd(256 * 1024 - header + extra))) ? 'stays' : 'cut';
      };
      return `${await sized(0)}, ${await sized(1)}`;
    },
    expected: 'stays, cut',
  },
  saying('length of five bytes', Buffer.from([0x32, 0xff, 0xff, 0xff, 0xff, 0x01])),
  saying('length that is longer than its packet', publish(0x30, Buffer.concat([topic])).fill(0xff, 2, 4)),
  saying('reserved bits of SUBSCRIBE', Buffer.from([0x80, 0x05, 0, 1, 0, 0, 1])),
  saying('packet type 0', Buffer.from([0x00, 0x00])),
  saying('packet type 15 (AUTH of MQTT 5)', Buffer.from([0xf0, 0x00])),
  saying('packet that only a broker sends', Buffer.from([0x20, 0x02, 0, 0])),
  saying('second CONNECT', CONNECT),
  saying('QoS 3', publish(0x36, topic, Buffer.from([0, 1]))),
  {
    name: 'QoS 1 with packet identifier 0',
    async observe(bed) {
      const { wire, topic: of } = await bed.gateway();
      const acknowledged = await wire.say(of('data'), data(bed.clock.now(), 7), { messageId: 0 });
      return acknowledged ? 'acknowledged' : 'cut';
    },
    expected: 'cut',
  },
  saying('SUBSCRIBE with packet identifier 0', Buffer.from([0x82, 6, 0, 0, 0, 1, 0x61, 0])),
  saying('PUBACK with packet identifier 0', Buffer.from([0x40, 2, 0, 0])),
  saying('SUBSCRIBE without a filter', Buffer.from([0x82, 0x02, 0, 1])),
  saying('bad UTF-8 in a topic', publish(0x30, Buffer.from([...topic, 0xff, 0xfe]))),
  saying('a surrogate in a topic', publish(0x30, Buffer.from([...topic, 0xed, 0xa0, 0x80]))),
  saying('NUL in a topic', publish(0x30, Buffer.from([...topic, 0x00]))),
  {
    name: 'PUBACK, PUBREC, PUBREL, PUBCOMP for nothing',
    async observe(bed) {
      const gateway = await bed.gateway();
      const kinds = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const;
      for (const cmd of kinds) gateway.wire.send({ cmd, messageId: 4_711 } satisfies Packet);
      return goesOn(gateway, bed);
    },
    expected: 'goes on',
  },
  {
    name: 'a message byte by byte',
    async observe(bed) {
      const gateway = await bed.gateway();
      const said = { topic: gateway.topic('data'), payload: data(bed.clock.now(), 11) };
      const bytes = generate({ cmd: 'publish', qos: 1, messageId: 9, dup: false, retain: false, ...said });
      for (const byte of bytes) {
        gateway.wire.socket.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await gateway.wire.say(gateway.topic('data'), data(bed.clock.now() + 1, 12));
      return `stored ${JSON.stringify(await gateway.stored())}`;
    },
    expected: 'stored [11,12]',
  },
  {
    name: 'a cut inside a packet',
    async observe(bed) {
      const { wire, topic: of, id, stored } = await bed.gateway();
      wire.socket.write(publish(0x30, Buffer.from(of('data')), Buffer.from(data(bed.clock.now(), 5))).subarray(0, 40));
      await new Promise((resolve) => setTimeout(resolve, 20));
      wire.cut();
      const again = bed.signIn(id);
      const code = await again.connack;
      return `signs in again with ${code}, ${(await stored()).length} stored`;
    },
    expected: 'signs in again with 0, 0 stored',
  },
];
