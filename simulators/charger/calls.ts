import { type Millis, SECOND } from '#estate/units.ts';
import { WebSocket } from 'ws';
import { readMessage } from '../ocpp-frame.ts';
import type { Outcome } from '../probe.ts';
import { framesOf, idOf, isHeard, payloadOf, type SaidCall } from './interference.ts';
import type { Station } from './station-parts.ts';

/** What became of a call; `lost`: the connection died or the answer never came. */
export type CallOutcome =
  | { kind: 'result'; payload: unknown }
  | { kind: 'error'; code: string; description: string }
  | { kind: 'lost' };

/** What a charger answers to a call. `afterwards` runs once the answer has left. */
export type Answer =
  | { payload: Record<string, unknown>; afterwards?: () => void }
  | { error: string; description: string };

/** The calls of a station, as OCPP-J frames. */
export interface Calls {
  /** One is in flight at a time, the first (OCPP-J 1.6 §4.1.1). */
  readonly queue: { id: string; call: SaidCall; settle: (outcome: CallOutcome) => void }[];
  /** Until when its answer is due; null: none is in flight. */
  deadline: Millis | null;
  /** Tells how the one in flight ended. */
  ended: ((outcome: Outcome) => void) | null;
}

const CALL_TIMEOUT_MS = 30 * SECOND;

export function noCalls(): Calls {
  return { queue: [], deadline: null, ended: null };
}

/** Queues a call behind those before it. */
export function call(station: Station, action: string, payload: unknown): Promise<CallOutcome> {
  const { calls, interferences, ground } = station;
  const said = { action, payload };
  const id = idOf(interferences, said, ground.random.text(24));
  return new Promise((settle) => {
    calls.queue.push({ id, call: said, settle });
    flush(station);
  });
}

/** Takes a frame: a call of the central system, or an answer. */
export function receive(station: Station, text: string): void {
  const { calls, ground, probe, plan, hears } = station;
  const message = readMessage(text);
  if (message.kind === 'malformed') {
    return ground.log.warn({ frame: text.slice(0, 200) }, 'The central system sent what is no OCPP frame.');
  }
  if (message.kind === 'call') {
    probe.asked(plan.id, message.action);
    const answer = hears.called(station, message.action, message.payload);
    return send(station, answerFrame(message.id, answer), 'error' in answer ? undefined : answer.afterwards);
  }
  if (message.id === calls.queue[0]?.id) settleFirst(station, message);
}

/** The wire is gone: whatever is open or waits is lost. */
export function loseCalls({ calls }: Station): void {
  calls.deadline = null;
  noteEnd(calls, { kind: 'lost' });
  for (const each of calls.queue.splice(0)) each.settle({ kind: 'lost' });
}

export function isOverdue({ calls }: Station, now: Millis): boolean {
  return calls.deadline !== null && now > calls.deadline;
}

/** Sends the first that waits, if the wire is up and free. */
function flush(station: Station): void {
  const { calls, ground, probe, plan, interferences, link } = station;
  const [first] = calls.queue;
  if (!first || calls.deadline !== null || link.socket?.readyState !== WebSocket.OPEN) return;
  calls.deadline = ground.clock.now() + CALL_TIMEOUT_MS;
  calls.ended = probe.begin({ kind: 'call', peer: plan.id, name: first.call.action });
  const frame = JSON.stringify([2, first.id, first.call.action, payloadOf(interferences, first.call)]);
  for (const each of framesOf(interferences, frame)) send(station, each);
}

function settleFirst(station: Station, outcome: CallOutcome): void {
  const { calls, interferences } = station;
  const [first] = calls.queue;
  // Nothing comes any more, but the charger cannot know: it waits as long as it always does.
  if (first && !isHeard(interferences, first.call, first.id)) return noteEnd(calls, { kind: 'lost' });
  calls.deadline = null;
  noteEnd(calls, outcome);
  calls.queue.shift()?.settle(outcome);
  flush(station);
}

function noteEnd(calls: Calls, outcome: CallOutcome): void {
  calls.ended?.(outcomeOf(outcome));
  calls.ended = null;
}

/** Bytes leave as a text frame, too. */
function send({ link }: Station, frame: string | Buffer, sent?: () => void): void {
  link.socket?.send(frame, { binary: false }, () => sent?.());
}

function answerFrame(id: string, answer: Answer): string {
  return JSON.stringify('error' in answer ? [4, id, answer.error, answer.description, {}] : [3, id, answer.payload]);
}

function outcomeOf(outcome: CallOutcome): Outcome {
  if (outcome.kind === 'error') return { kind: 'error', error: `${outcome.code}: ${outcome.description}` };
  return { kind: outcome.kind === 'result' ? 'done' : 'lost' };
}
