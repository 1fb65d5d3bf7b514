import { generate } from 'mqtt-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFraming } from './framing.ts';

const limits = { packetBytes: 8 * 1024, publishBytes: 256 * 1024 };
const connect = generate({ cmd: 'connect', clientId: 'a', protocolVersion: 4, protocolId: 'MQTT', clean: true });
const publish = (bytes: number) =>
  generate({ cmd: 'publish', topic: 't', payload: Buffer.alloc(bytes), qos: 0, dup: false, retain: false });
/** With QoS 1, its packet identifier as two bytes. */
const publishWith = (identifier: number[], topic = 'a/topic') =>
  Buffer.from([0x32, topic.length + 4, 0, topic.length, ...Buffer.from(topic), ...identifier]);
/** Of which the identifier stands first: all but PUBLISH. */
const packetWith = (header: number, identifier: number[]) => Buffer.from([header, 6, ...identifier, 0, 1, 0x61, 0]);
const walk = (...bytes: Uint8Array[]) => createFraming(limits).walk(Buffer.concat(bytes));

describe('the framing guard', () => {
  it.each([
    ['a CONNECT and packets after it', [connect, publish(10), publish(0), publish(200_000)], null],
    ['a packet of just 256 KiB', [connect, publish(256 * 1024 - 3)], null],
    ['a first packet that is no CONNECT', [publish(1)], 'not-connect'],
    ['HTTP', [Buffer.from('GET / HTTP/1.1\r\n\r\n')], 'not-connect'],
    ['a CONNECT of 9 KiB', [Buffer.from([0x10, 0x80, 0x48])], 'too-large'],
    ['a SUBSCRIBE of 9 KiB', [connect, Buffer.from([0x82, 0x80, 0x48])], 'too-large'],
    ['a packet of 200 MB', [connect, Buffer.from([0x30, 0x80, 0x84, 0xaf, 0x5f])], 'too-large'],
    ['a packet of 268 MB', [connect, Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])], 'too-large'],
    [
      'packet identifiers of 1, 256 and 65,535',
      [
        connect,
        ...[
          [0, 1],
          [1, 0],
          [255, 255],
        ].map((id) => publishWith(id)),
      ],
      null,
    ],
    ['a PUBLISH of QoS 1 with packet identifier 0', [connect, publishWith([0, 0])], 'no-packet-id'],
    ['the same with an empty topic', [connect, publishWith([0, 0], '')], 'no-packet-id'],
    ['a PUBLISH of QoS 0 with zeros in its place', [connect, publish(8)], null],
    ['a PUBLISH that ends before it', [connect, Buffer.from([0x32, 3, 0, 1, 0x61]), publish(1)], null],
    ['a PUBLISH whose topic is longer than itself', [connect, Buffer.from([0x32, 4, 9, 9, 0, 0]), publish(1)], null],
    ['a SUBSCRIBE with packet identifier 0', [connect, packetWith(0x82, [0, 0])], 'no-packet-id'],
    ['an UNSUBSCRIBE with packet identifier 0', [connect, packetWith(0xa2, [0, 0])], 'no-packet-id'],
    ['a PUBACK with packet identifier 0', [connect, Buffer.from([0x40, 2, 0, 0])], 'no-packet-id'],
    ['a PUBREL with packet identifier 0', [connect, Buffer.from([0x62, 2, 0, 0])], 'no-packet-id'],
    ['a SUBSCRIBE with packet identifier 7', [connect, packetWith(0x82, [0, 7])], null],
    ['a length of five bytes', [connect, Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01])], 'malformed-length'],
  ] as const)('%s', (_, bytes, fault) => {
    expect(walk(...bytes)).toBe(fault);
  });

  it('says so before the body of what is too large arrives', () => {
    const framing = createFraming(limits);
    expect(framing.walk(connect)).toBeNull();
    expect(framing.walk(Buffer.from([0x30, 0xff, 0xff]))).toBeNull();
    expect(framing.walk(Buffer.from([0xff]))).toBe('too-large');
  });

  it('is connected once the first packet is whole', () => {
    const framing = createFraming(limits);
    framing.walk(connect.subarray(0, -1));
    expect(framing.connected()).toBe(false);
    framing.walk(connect.subarray(-1));
    expect(framing.connected()).toBe(true);
  });

  it('judges a stream the same wherever it is cut into chunks', () => {
    const packet = fc.oneof(
      fc.nat(300).map(publish),
      fc.constant(generate({ cmd: 'pingreq' })),
      fc.nat(3).map((identifier) => publishWith([0, identifier])),
      fc.nat(3).map((identifier) => packetWith(0x82, [identifier, 0])),
      fc.constant(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])),
    );
    const streams = fc.tuple(fc.array(packet, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 50 })));
    fc.assert(
      fc.property(streams, ([packets, cuts]) => {
        const whole = Buffer.concat([connect, ...packets]);
        const framing = createFraming(limits);
        let fault = null;
        let at = 0;
        for (const cut of [...cuts, whole.length]) {
          fault ??= framing.walk(whole.subarray(at, at + cut));
          at += cut;
        }
        expect(fault).toBe(walk(whole));
      }),
    );
  });
});
