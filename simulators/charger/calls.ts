import type { Ground } from '#estate/ground.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import { readMessage } from '../ocpp-frame.ts';

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

const CALL_TIMEOUT_MS = 30 * SECOND;

export function createCalls(
  { clock, random, log }: Ground,
  wire: {
    isOpen: () => boolean;
    send: (text: string, sent?: () => void) => void;
    called: (action: string, payload: unknown) => Answer;
  },
): Calls {
  const queue: { id: string; text: string; settle: (outcome: CallOutcome) => void }[] = [];
  let deadline: Millis | null = null;

  const flush = () => {
    const [first] = queue;
    if (!first || deadline !== null || !wire.isOpen()) return;
    deadline = clock.now() + CALL_TIMEOUT_MS;
    wire.send(first.text);
  };
  const settleFirst = (outcome: CallOutcome) => {
    deadline = null;
    queue.shift()?.settle(outcome);
    flush();
  };
  const answer = (id: string, given: Answer) => {
    if ('error' in given) wire.send(JSON.stringify([4, id, given.error, given.description, {}]));
    else wire.send(JSON.stringify([3, id, given.payload]), given.afterwards);
  };
  return {
    call(action, payload) {
      const id = random.text(24);
      return new Promise((settle) => {
        queue.push({ id, text: JSON.stringify([2, id, action, payload]), settle });
        flush();
      });
    },
    receive(text) {
      const message = readMessage(text);
      if (message.kind === 'malformed') {
        return log.warn({ frame: text.slice(0, 200) }, 'The central system sent what is no OCPP frame.');
      }
      if (message.kind === 'call') return answer(message.id, wire.called(message.action, message.payload));
      if (message.id === queue[0]?.id) settleFirst(message);
    },
    flush,
    lose() {
      deadline = null;
      for (const each of queue.splice(0)) each.settle({ kind: 'lost' });
    },
    overdue: (now) => deadline !== null && now > deadline,
  };
}
