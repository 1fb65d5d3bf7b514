import { z } from 'zod';

/** An OCPP-J message (OCPP-J 1.6 §4.2, 2.0.1 part 4 §4.2). */
export type Message =
  | { kind: 'call'; id: string; action: string; payload: Record<string, unknown> }
  | { kind: 'result'; id: string; payload: Record<string, unknown> }
  | { kind: 'error'; id: string; code: string; description: string }
  | { kind: 'malformed' };

const payload = z.record(z.string(), z.unknown());
const call = z.tuple([z.literal(2), z.string(), z.string(), payload]);
const result = z.tuple([z.literal(3), z.string(), payload]);
const error = z.tuple([z.literal(4), z.string(), z.string()], z.unknown());

/** Reads a frame as far as it can be read. */
export function readMessage(frame: string): Message {
  const content = jsonOf(frame);
  const asCall = call.safeParse(content);
  if (asCall.success) return { kind: 'call', id: asCall.data[1], action: asCall.data[2], payload: asCall.data[3] };
  const asResult = result.safeParse(content);
  if (asResult.success) return { kind: 'result', id: asResult.data[1], payload: asResult.data[2] };
  const asError = error.safeParse(content);
  if (!asError.success) return { kind: 'malformed' };
  const [, id, code, description] = asError.data;
  return { kind: 'error', id, code, description: typeof description === 'string' ? description : '' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
