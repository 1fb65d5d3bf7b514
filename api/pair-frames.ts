import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import type { TracedFrame } from '#ocpp-server/index.ts';
import type { JournalEntry } from '#storage/journal.ts';

/** A message of the trace, read. */
export interface TracedMessage {
  position: number;
  at: string;
  /** As seen from here. */
  direction: 'in' | 'out';
  protocol: string;
  kind: 'call' | 'result' | 'error' | 'malformed';
  messageId: string | null;
  /** Of an answer too: that of the call it answers. Null where the call is not known. */
  action: string | null;
  /** Of an error: code, description and details. Null when the frame could not be read. */
  payload: unknown;
  frame: string;
  /** Of an answer: the time since its call, by our clock. */
  latencyMs: number | null;
}

/**
 * Reads the frames of one charger and joins each answer to its call: the last one before it, in the other direction,
 * with the same id (OCPP-J 1.6 §4.1.4: ids of calls that were answered may come again).
 *
 * @param entries the journal's frames of one charger, newest first, as they are returned.
 */
export function pairFrames(entries: readonly JournalEntry[]): TracedMessage[] {
  const open = new Map<string, { action: string | null; ts: number }>();
  const messages = entries.toReversed().map((entry): TracedMessage => {
    const traced = JSON.parse(entry.body) as TracedFrame;
    const message: TracedMessage = {
      position: entry.position,
      at: isoTime(entry.ts),
      direction: traced.direction,
      protocol: traced.protocol,
      ...readFrame(traced.frame),
      frame: traced.frame,
      latencyMs: null,
    };
    if (message.kind === 'call') {
      open.set(`${message.direction} ${message.messageId}`, { action: message.action, ts: entry.ts });
    } else if (message.kind !== 'malformed') {
      const key = `${message.direction === 'in' ? 'out' : 'in'} ${message.messageId}`;
      const call = open.get(key);
      open.delete(key);
      if (call) return { ...message, action: call.action, latencyMs: entry.ts - call.ts };
    }
    return message;
  });
  return messages.toReversed();
}

type Read = Pick<TracedMessage, 'kind' | 'messageId' | 'action' | 'payload'>;

const list = z.array(z.unknown());

const MALFORMED: Read = { kind: 'malformed', messageId: null, action: null, payload: null };

function readFrame(frame: string): Read {
  const [type, id, ...rest] = parse(frame);
  if (typeof id !== 'string') return MALFORMED;
  if (type === 2 && typeof rest[0] === 'string') {
    return { kind: 'call', messageId: id, action: rest[0], payload: rest[1] ?? null };
  }
  if (type === 3) return { kind: 'result', messageId: id, action: null, payload: rest[0] ?? null };
  if (type === 4) {
    const [code, description, details] = rest;
    return { kind: 'error', messageId: id, action: null, payload: { code, description, details } };
  }
  return MALFORMED;
}

/** What the charger sent may be anything; what is no list in JSON is shown as it came. */
function parse(frame: string): unknown[] {
  try {
    return list.parse(JSON.parse(frame));
  } catch {
    return [];
  }
}
