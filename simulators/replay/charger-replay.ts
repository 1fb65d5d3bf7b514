import { PolisError } from '#estate/errors.ts';
import type { Millis } from '#estate/units.ts';
import { readMessage, type Message } from '../ocpp-frame.ts';
import { openReplaySocket, type ReplaySocket } from './socket.ts';
import type { TraceFrame } from './trace.ts';

/** What one charger's replay came to. */
export interface ChargerReplay {
  sent: number;
  /** Calls that were answered with an error where the recorded instance had given a result. */
  newErrors: string[];
}

export interface ChargerReplayOptions {
  /** The OCPP URL without the identity. */
  url: string;
  identity: string;
  secret: string;
  /** Resolves when it is time for a frame that was recorded at this instant. */
  pace(recordedAt: Millis): Promise<void>;
}

/**
 * Plays what one charger sent, in order, each call after the answer to the one before (OCPP-J 1.6 §4.1.1). Transaction
 * ids that the recorded instance gave are replaced by those that this one gives. What the platform asks is answered as
 * the charger answered that action when it was recorded, or else accepted.
 *
 * @throws PolisError `unavailable` when the connection is refused or ends before all is played.
 */
export async function replayCharger(
  frames: readonly TraceFrame[],
  options: ChargerReplayOptions,
): Promise<ChargerReplay> {
  const recorded = recordedAnswers(frames);
  const transactions = new Map<unknown, unknown>();
  const done: ChargerReplay = { sent: 0, newErrors: [] };
  let socket: ReplaySocket | null = null;
  try {
    for (const { direction, frame, at, protocol } of frames) {
      const message = readMessage(frame);
      if (direction === 'out' || message.kind === 'result' || message.kind === 'error') continue;
      await options.pace(Date.parse(at));
      if (socket?.protocol !== protocol) {
        socket?.close();
        socket = await openReplaySocket({ ...options, protocol, answer: (action) => recorded.toPlatform(action) });
      }
      done.sent++;
      if (message.kind === 'malformed') {
        socket.send(frame);
        continue;
      }
      const before = recorded.ofPlatform.get(message.id);
      const answer = await socket.call(message.id, withOwnTransaction(message, transactions));
      if (answer === null)
        throw new PolisError(
          'unavailable',
          `${options.identity}: the connection ended at ${message.action} ${message.id}.`,
        );
      if (answer.kind === 'error' && before?.kind === 'result') {
        done.newErrors.push(
          `${options.identity} ${message.action} ${message.id}: ${answer.code} ${answer.description}`,
        );
      }
      learnTransaction(transactions, before, answer);
    }
  } finally {
    socket?.close();
  }
  return done;
}

interface RecordedAnswers {
  /** The platform's answers, by the id of the charger's call. */
  ofPlatform: Map<string, Message>;
  /** The charger's answer to an action, in the order of the recording; the last one stays. */
  toPlatform(action: string): Record<string, unknown>;
}

function recordedAnswers(frames: readonly TraceFrame[]): RecordedAnswers {
  const ofPlatform = new Map<string, Message>();
  const asked = new Map<string, string>();
  const given = new Map<string, Record<string, unknown>[]>();
  for (const { direction, frame } of frames) {
    const message = readMessage(frame);
    if (direction === 'out') {
      if (message.kind === 'call') asked.set(message.id, message.action);
      else if (message.kind !== 'malformed') ofPlatform.set(message.id, message);
    } else if (message.kind === 'result') {
      const action = asked.get(message.id);
      if (action !== undefined) given.set(action, [...(given.get(action) ?? []), message.payload]);
    }
  }
  return {
    ofPlatform,
    toPlatform(action) {
      const answers = given.get(action) ?? [];
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 'Accepted' };
    },
  };
}

/** The call's frame, with the transaction id of this instance where a 1.6 charger names one that it was given. */
function withOwnTransaction(message: Extract<Message, { kind: 'call' }>, transactions: Map<unknown, unknown>): string {
  const { id, action, payload } = message;
  const own = transactions.get(payload['transactionId']);
  return JSON.stringify([2, id, action, own === undefined ? payload : { ...payload, transactionId: own }]);
}

function learnTransaction(transactions: Map<unknown, unknown>, before: Message | undefined, answer: Message): void {
  if (before?.kind !== 'result' || answer.kind !== 'result' || !('transactionId' in before.payload)) return;
  transactions.set(before.payload['transactionId'], answer.payload['transactionId']);
}
