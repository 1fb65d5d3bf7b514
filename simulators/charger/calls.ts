import type { Ground } from '#estate/ground.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import { readMessage } from '../ocpp-frame.ts';
import type { Outcome, Probe } from '../probe.ts';
import type { Interferences, SaidCall } from './interference.ts';

/** What became of a call; `lost`: the connection died or the answer never came. */
export type CallOutcome =
  | { kind: 'result'; payload: unknown }
  | { kind: 'error'; code: string; description: string }
  | { kind: 'lost' };

/** What a charger answers to a call. `afterwards` runs once the answer has left. */
export type Answer =
  | { payload: Record<string, unknown>; afterwards?: () => void }
  | { error: string; description: string };

/** The calls of one connection, both ways, as OCPP-J frames. */
export interface Calls {
  /** Queues a call behind those before it: one is in flight at a time (OCPP-J 1.6 §4.1.1). */
  call(action: string, payload: unknown): Promise<CallOutcome>;
  receive(text: string): void;
  /** Sends what waits, once the wire is up. */
  flush(): void;
  /** The wire is gone: whatever is open or waits is lost. */
  lose(): void;
  /** True when the answer in flight is overdue. */
  overdue(now: Millis): boolean;
}

/** What calls go over. Bytes leave as a text frame, too. */
export interface CallWire {
  isOpen: () => boolean;
  send: (frame: string | Buffer, sent?: () => void) => void;
  called: (action: string, payload: unknown) => Answer;
}

const CALL_TIMEOUT_MS = 30 * SECOND;

export function createCalls(
  { clock, random, log }: Ground,
  wire: CallWire,
  { identity, probe, interferences }: { identity: string; probe: Probe; interferences: Interferences },
): Calls {
  const queue: { id: string; call: SaidCall; settle: (outcome: CallOutcome) => void }[] = [];
  let deadline: Millis | null = null;
  let ended: ((outcome: Outcome) => void) | null = null;

  const flush = () => {
    const [first] = queue;
    if (!first || deadline !== null || !wire.isOpen()) return;
    deadline = clock.now() + CALL_TIMEOUT_MS;
    ended = probe.begin({ kind: 'call', peer: identity, name: first.call.action });
    const frame = JSON.stringify([2, first.id, first.call.action, interferences.payload(first.call)]);
    for (const each of interferences.frames(frame)) wire.send(each);
  };
  const noteEnd = (outcome: CallOutcome) => {
    ended?.(outcomeOf(outcome));
    ended = null;
  };
  const settleFirst = (outcome: CallOutcome) => {
    const [first] = queue;
    // Nothing comes any more, but the charger cannot know: it waits as long as it always does.
    if (first && !interferences.hears(first.call, first.id)) return noteEnd({ kind: 'lost' });
    deadline = null;
    noteEnd(outcome);
    queue.shift()?.settle(outcome);
    flush();
  };
  return {
    call(action, payload) {
      const call = { action, payload };
      const id = interferences.id(call, random.text(24));
      return new Promise((settle) => {
        queue.push({ id, call, settle });
        flush();
      });
    },
    receive(text) {
      const message = readMessage(text);
      if (message.kind === 'malformed') {
        return log.warn({ frame: text.slice(0, 200) }, 'The central system sent what is no OCPP frame.');
      }
      if (message.kind === 'call') {
        probe.asked(identity, message.action);
        const answer = wire.called(message.action, message.payload);
        return wire.send(answerFrame(message.id, answer), 'error' in answer ? undefined : answer.afterwards);
      }
      if (message.id === queue[0]?.id) settleFirst(message);
    },
    flush,
    lose() {
      deadline = null;
      noteEnd({ kind: 'lost' });
      for (const each of queue.splice(0)) each.settle({ kind: 'lost' });
    },
    overdue: (now) => deadline !== null && now > deadline,
  };
}

function answerFrame(id: string, answer: Answer): string {
  return JSON.stringify('error' in answer ? [4, id, answer.error, answer.description, {}] : [3, id, answer.payload]);
}

function outcomeOf(outcome: CallOutcome): Outcome {
  if (outcome.kind === 'error') return { kind: 'error', error: `${outcome.code}: ${outcome.description}` };
  return { kind: outcome.kind === 'result' ? 'done' : 'lost' };
}
