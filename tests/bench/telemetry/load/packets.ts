/** MQTT 3.1.1 packets made by hand, so that the load costs less than the server that bears it. */

const CONNECT = 0x10;
const PUBLISH_QOS1 = 0x32;
const SUBSCRIBE = 0x82;
const PUBACK = 0x40;
const CLEAN_WITH_PASSWORD = 0xc2;

/** An instant in ms has so many digits until 2286. */
const TS_DIGITS = 13;
const WATT_DIGITS = 4;

/** What a photovoltaic inverter measures. */
const VALUES: readonly (readonly [metric: string, value: number])[] = [
  ['TotWhInj', 12_345_678],
  ['TmpCab', 41.5],
  ['InvSt', 3],
  ['WMaxLimPct', 100],
  ['VA', 4_410],
  ['Var', 120],
  ['PF', 0.99],
  ['A', 6.4],
  ['Hz', 50.01],
  ...[1, 2, 3].flatMap((n) => [[`WL${n}`, 1_470] as const, [`AL${n}`, 6.4] as const, [`VL${n}`, 230.1] as const]),
  ...[1, 2].flatMap((n) => [[`DCA${n}`, 5.2] as const, [`DCV${n}`, 612.5] as const, [`DCW${n}`, 3_185] as const]),
];

export const MOST_METRICS = VALUES.length + 1;

/** With a clean session, and no keep-alive. */
export function connectPacket({ id, secret }: { id: string; secret: string }): Buffer {
  const head = Buffer.from([0, 4, ...Buffer.from('MQTT'), 4, CLEAN_WITH_PASSWORD, 0, 0]);
  return packet(CONNECT, [head, text(id), text(id), text(secret)]);
}

export function subscribePacket(filter: string, qos: 0 | 1): Buffer {
  return packet(SUBSCRIBE, [Buffer.from([0, 1]), text(filter), Buffer.from([qos])]);
}

export function pubackPacket(packetId: number): Buffer {
  return Buffer.from([PUBACK, 2, packetId >> 8, packetId & 0xff]);
}

/** What differs from one message of a device to the next. */
export interface Message {
  packetId: number;
  ts: number;
  seq: number;
  watts: number;
}

/**
 * Messages of one device on its data topic, QoS 1, with so many metrics.
 *
 * @returns writes one to a place in a buffer; `bytes` is the length of each.
 */
export function publishPacket(topic: string, metrics: number): { bytes: number; write: typeof write } {
  const values = VALUES.slice(0, metrics - 1).map(([metric, value]) => `"${metric}":${value}`);
  const before = `{"ts":${'0'.repeat(TS_DIGITS)},"seq":   ,"v":{"W":${'1'.repeat(WATT_DIGITS)}`;
  const template = packet(PUBLISH_QOS1, [
    text(topic),
    Buffer.from([0, 0]),
    Buffer.from([before, ...values].join(',') + '}}'),
  ]);
  const json = template.indexOf('{"ts":');
  const [idAt, tsAt] = [json - 2, json + '{"ts":'.length];
  const seqAt = tsAt + TS_DIGITS + ',"seq":'.length;
  const wattsAt = seqAt + 3 + ',"v":{"W":'.length;

  function write(into: Buffer, at: number, { packetId, ts, seq, watts }: Message): void {
    template.copy(into, at);
    into.writeUInt16BE(packetId, at + idAt);
    digits(into, at + tsAt + TS_DIGITS, ts);
    digits(into, at + seqAt + 3, seq);
    digits(into, at + wattsAt + WATT_DIGITS, watts);
  }
  return { bytes: template.length, write };
}

/** Writes a number so that it ends before a place; what was there before it stays. */
function digits(into: Buffer, end: number, value: number): void {
  let left = value;
  let at = end;
  do {
    into[--at] = 0x30 + (left % 10);
    left = Math.floor(left / 10);
  } while (left > 0);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.from([bytes.length >> 8, bytes.length & 0xff, ...bytes]);
}

function packet(first: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = body.length; left > 0 || length.length === 0; left >>= 7) {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  }
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}
