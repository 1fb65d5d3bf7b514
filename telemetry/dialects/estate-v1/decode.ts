import type { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { News, Target } from '../dialect.ts';
import { mendAck, mendData, mendHistory, mendSiteData, type Mended } from './mend.ts';
import {
  ackPayload,
  birthPayload,
  dataPayload,
  eventPayload,
  histPayload,
  parseJson,
  readPayload,
  siteDataPayload,
  statePayload,
  whatIsWrong,
} from './payloads.ts';
import type { Topic } from './topics.ts';

/**
 * What a node says on one of its topics.
 *
 * @throws PolisError `invalid` when the payload breaks its contract.
 */
export function readNews(topic: Topic, payload: Uint8Array): News[] {
  switch (topic.kind) {
    case 'state': {
      const { online, bd } = readPayload(statePayload, payload);
      return [{ kind: 'state', online, session: bd }];
    }
    case 'birth':
      return [readBirth(topic, payload)];
    case 'data':
      return readData(topic.device, payload);
    case 'hist':
      return readHistory(topic, payload);
    case 'event':
      return [{ kind: 'event', device: topic.device, event: readPayload(eventPayload, payload) }];
    case 'ack':
      return readAck(topic, payload);
    default: // what we say ourselves
      return [];
  }
}

function readBirth({ device }: Target, payload: Uint8Array): News {
  if (payload.length === 0) return { kind: 'removal', device };
  return { kind: 'birth', device, birth: readPayload(birthPayload, payload) };
}

function readData(device: DeviceId | null, payload: Uint8Array): News[] {
  if (device === null) {
    const { said, mended } = readMended(siteDataPayload, payload, mendSiteData);
    // A record schema leaves it out in silence.
    if (includes(payload, '"__proto__"')) throw new PolisError('invalid', 'd must not name a device __proto__');
    const { ts, seq, d } = said;
    const points = Object.entries(d).map(([one, { v, q }]) => ({ device: one, ts, v, q }));
    const sequence = seq === undefined ? null : { of: null, number: seq };
    return withBroken({ kind: 'points', points, live: true, sequence }, mended, onlyOf(mended));
  }
  const { said, mended } = readMended(dataPayload, payload, mendData);
  const { ts, seq, v, q } = said;
  const sequence = seq === undefined ? null : { of: device, number: seq };
  return withBroken({ kind: 'points', points: [{ device, ts, v, q }], live: true, sequence }, mended, device);
}

function readHistory({ device }: Target, payload: Uint8Array): News[] {
  const { said, mended } = readMended(histPayload, payload, mendHistory);
  const points = said.s.map(([ts, v]) => ({ device, ts, v }));
  return withBroken({ kind: 'points', points, live: false, sequence: null }, mended, device);
}

function readAck({ device }: Target, payload: Uint8Array): News[] {
  const { said, mended } = readMended(ackPayload, payload, mendAck);
  return withBroken({ kind: 'ack', device, ack: said }, mended, device);
}

/**
 * Reads a payload; where only parts of it are wrong, the rest.
 *
 * @throws PolisError `invalid` when nothing of it can be used.
 */
function readMended<Schema extends z.ZodType>(
  schema: Schema,
  payload: Uint8Array,
  mend: (said: unknown) => Mended | null,
): { said: z.output<Schema>; mended: Mended | null } {
  const said = parseJson(payload);
  const read = schema.safeParse(said);
  if (read.success) return { said: read.data, mended: null };
  const mended = mend(said);
  const again = mended && schema.safeParse(mended.said);
  if (again?.success) return { said: again.data, mended };
  throw new PolisError('invalid', whatIsWrong(read.error));
}

function withBroken(news: News, mended: Mended | null, device: DeviceId | null): News[] {
  if (mended === null) return [news];
  return [news, { kind: 'broken', device, reason: mended.reason, readings: mended.lost }];
}

/** The one device whose part was wrong. */
function onlyOf(mended: Mended | null): DeviceId | null {
  return mended?.wrong.length === 1 ? (mended.wrong[0] ?? null) : null;
}

function includes(payload: Uint8Array, text: string): boolean {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).includes(text);
}
