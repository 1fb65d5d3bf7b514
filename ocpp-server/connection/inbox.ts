import type { Clock } from '#estate/clock.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import type { Peer } from '../wire/rpc.ts';
import { createRateBudget } from './rate-budget.ts';

/** The frames of one charger, waiting to be served one after another. */
export interface Inbox {
  take(frame: string): void;
  /** Takes no more. */
  shut(): void;
  /** Resolves once what was taken has been served. */
  settled(): Promise<void>;
}

/** No charger that waits for its answers comes near. */
const MOST_WAITING = 1_000;
/** From so many characters in waiting frames, nothing more is read from the socket until all are served. */
const HOLD_CHARACTERS = 512 * 1024;
const LONGEST_HOLD_MS = SECOND;
/** Frames in a row that came too fast while others waited behind them: more than a second of them. */
const MOST_HURRIED = 150;
/** Bytes of answers that the charger does not read. */
const MOST_UNSENT = 1024 * 1024;

/**
 * Bounded, whatever is sent: a charger that is too fast is read more slowly, so that its own buffers fill up, and
 * is given up when that does not help.
 *
 * @param serve must not reject.
 * @param expel ends the connection, for a reason.
 */
export function createInbox(
  deps: { peer: Pick<Peer, 'hold' | 'resume' | 'unsent'>; clock: Clock },
  { serve, expel }: { serve: (frame: string) => Promise<void>; expel: (reason: string) => void },
): Inbox {
  const { peer, clock } = deps;
  const budget = createRateBudget(clock.now());
  const waiting: string[] = [];
  let characters = 0;
  let hurried = 0;
  let shut = false;
  let heldSince: Millis | null = null;
  let working: Promise<void> | null = null;

  const release = () => {
    heldSince = null;
    peer.resume();
  };
  const work = async () => {
    for (let frame = waiting.shift(); frame !== undefined && !shut; frame = waiting.shift()) {
      characters -= frame.length;
      const now = clock.now();
      const tooFastMs = budget.spend(now);
      hurried = tooFastMs > 0 && waiting.length > 0 ? hurried + 1 : 0;
      const heldMs = heldSince === null ? 0 : now - heldSince;
      if (hurried > MOST_HURRIED || heldMs > LONGEST_HOLD_MS) return expel('Too many messages for too long');
      if (peer.unsent() > MOST_UNSENT) return expel('Answers are not read');
      if (tooFastMs > 0) await clock.sleep(tooFastMs);
      await serve(frame);
    }
    working = null;
    if (heldSince !== null) release();
  };
  return {
    take(frame) {
      if (shut) return;
      waiting.push(frame);
      characters += frame.length;
      if (waiting.length > MOST_WAITING) return expel('Too many messages at once');
      if (characters >= HOLD_CHARACTERS && heldSince === null) {
        heldSince = clock.now();
        peer.hold();
      }
      working ??= Promise.resolve().then(work);
    },
    shut() {
      shut = true;
      waiting.length = 0;
      if (heldSince !== null) release();
    },
    settled: () => working ?? Promise.resolve(),
  };
}
