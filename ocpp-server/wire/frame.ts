/** OCPP-J message ids are no longer than a UUID (OCPP 1.6J §4.1.4). */
const LONGEST_ID = 36;

const CALL = 2;
const RESULT = 3;
const ERROR = 4;

/** Why a frame is no message, in the terms of OCPP-J; versions name these differently. */
export type FrameFault = 'framework' | 'message-type';

/**
 * A frame as it is sorted on arrival. `answerable`: false where the sender may take our answer for one to its own
 * answer, and so on for ever.
 */
export type Frame =
  | { kind: 'call'; messageId: string; action: string; payload: unknown }
  | { kind: 'answer' }
  | { kind: 'malformed'; messageId: string; fault: FrameFault; description: string; answerable: boolean };

/** Where the message id cannot be read, an error carries this in its place (OCPP 2.0.1 part 4 §4.2.3). */
const UNKNOWN_ID = '-1';

/** Sorts a frame: a call, an answer to a call of ours, or no message at all, and why. */
export function readFrame(frame: string): Frame {
  let message: unknown;
  try {
    message = JSON.parse(frame);
  } catch {
    return malformed('The frame is not JSON.');
  }
  if (!Array.isArray(message)) return malformed('The frame is not a JSON array.');
  const parts: readonly unknown[] = message;
  const [type, id, action, payload] = parts;
  const idFault = faultOfId(id);
  const messageId = idFault === null && typeof id === 'string' ? id : UNKNOWN_ID;
  if (type !== CALL && type !== RESULT && type !== ERROR) {
    return malformed('The message type is none of 2, 3 and 4.', { messageId, fault: 'message-type' });
  }
  if (idFault !== null) return malformed(idFault, { answerable: type === CALL });
  if (type !== CALL) return { kind: 'answer' };
  if (typeof action !== 'string' || action === '') return malformed('The action is not a text.', { messageId });
  return { kind: 'call', messageId, action, payload };
}

function faultOfId(id: unknown): string | null {
  if (typeof id !== 'string') return 'The message id is not a text.';
  if (id === '') return 'The message id is empty.';
  return id.length > LONGEST_ID ? `The message id is longer than ${LONGEST_ID} characters.` : null;
}

function malformed(
  description: string,
  known: { messageId?: string; fault?: FrameFault; answerable?: boolean } = {},
): Frame {
  return { kind: 'malformed', messageId: UNKNOWN_ID, fault: 'framework', answerable: true, ...known, description };
}
