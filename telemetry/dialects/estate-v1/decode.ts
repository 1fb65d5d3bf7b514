import { PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { News, Target } from '../dialect.ts';
import {
  ackPayload,
  birthPayload,
  dataPayload,
  eventPayload,
  histPayload,
  readPayload,
  siteDataPayload,
  statePayload,
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
      return [readData(topic.device, payload)];
    case 'hist':
      return [readHistory(topic, payload)];
    case 'event':
      return [{ kind: 'event', device: topic.device, event: readPayload(eventPayload, payload) }];
    case 'ack':
      return [{ kind: 'ack', device: topic.device, ack: readPayload(ackPayload, payload) }];
    default: // what we say ourselves
      return [];
  }
}

function readBirth({ device }: Target, payload: Uint8Array): News {
  if (payload.length === 0) return { kind: 'removal', device };
  return { kind: 'birth', device, birth: readPayload(birthPayload, payload) };
}

function readData(device: DeviceId | null, payload: Uint8Array): News {
  if (device === null) {
    const { ts, seq, d } = readPayload(siteDataPayload, payload);
    // A record schema leaves it out in silence.
    if (includes(payload, '"__proto__"')) throw new PolisError('invalid', 'd must not name a device __proto__');
    const points = Object.entries(d).map(([one, { v, q }]) => ({ device: one, ts, v, q }));
    return { kind: 'points', points, live: true, sequence: seq === undefined ? null : { of: null, number: seq } };
  }
  const { ts, seq, v, q } = readPayload(dataPayload, payload);
  const sequence = seq === undefined ? null : { of: device, number: seq };
  return { kind: 'points', points: [{ device, ts, v, q }], live: true, sequence };
}

function readHistory({ device }: Target, payload: Uint8Array): News {
  const { s } = readPayload(histPayload, payload);
  return { kind: 'points', points: s.map(([ts, v]) => ({ device, ts, v })), live: false, sequence: null };
}

function includes(payload: Uint8Array, text: string): boolean {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).includes(text);
}
