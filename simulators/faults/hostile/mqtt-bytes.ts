/** Packets of MQTT 3.1.1, written by hand: what is wrong with them no library would write. */

const CONNACK = 0x20;
const PUBACK = 0x40;
const SUBACK = 0x90;
/** SUBACK's return code of a filter that is refused. */
export const REFUSED = 0x80;

/** A packet of its first byte and its body. */
export function packet(header: number, ...parts: readonly (Buffer | number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([header]), lengthOf(body.length), body]);
}

/** A remaining length (§2.2.3). */
export function lengthOf(bytes: number): Buffer {
  const digits: number[] = [];
  for (let left = bytes; left > 0 || digits.length === 0; left >>= 7) {
    digits.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  }
  return Buffer.from(digits);
}

/** A text with its length before it. */
export function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

export interface SignIn {
  user: string;
  password: string;
  clientId?: string;
  will?: { topic: string; payload: string };
}

const CLEAN = 0x02;
const WILL_QOS_1_RETAINED = 0x2c;
const USER_AND_PASSWORD = 0xc0;

export function connectPacket({ user, password, clientId = 'stranger', will }: SignIn): Buffer {
  const flags = CLEAN | USER_AND_PASSWORD | (will ? WILL_QOS_1_RETAINED : 0);
  const last = will ? [text(will.topic), text(will.payload)] : [];
  return packet(0x10, text('MQTT'), [4, flags, 0, 60], text(clientId), ...last, text(user), text(password));
}

/** A PUBLISH with packet id 1, of QoS 1 unless told. */
export function publishPacket(topic: string | Buffer, payload: string | Buffer, header = 0x32): Buffer {
  return packet(header, text(topic), [0, 1], Buffer.from(payload));
}

export function subscribePacket(filter: string): Buffer {
  return packet(0x82, [0, 1], text(filter), [1]);
}

/** What a broker says, as far as it matters: the return code of a sign-in or subscription, or that it has a message. */
export type BrokerWord = { kind: 'connack' | 'suback'; code: number } | { kind: 'puback' } | { kind: 'other' };

/** The first packet of some bytes. Those that matter are short, and come whole. */
export function firstWord(bytes: Buffer): BrokerWord {
  const code = bytes.at(1 + (bytes[1] ?? 0)) ?? 0;
  switch ((bytes[0] ?? 0) & 0xf0) {
    case CONNACK:
      return { kind: 'connack', code };
    case SUBACK:
      return { kind: 'suback', code };
    case PUBACK:
      return { kind: 'puback' };
    default:
      return { kind: 'other' };
  }
}
