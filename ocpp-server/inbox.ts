import type { Clock } from '#estate/clock.ts';
import { createRateBudget } from './rate-budget.ts';
import type { Peer } from './rpc.ts';

/** The frames of one charger, waiting to be served one after another. */
export interface Inbox {
  take(frame: string): void;
  /** Takes no more. */
  shut(): void;
  /** Resolves once what was taken has been served. */
  settled(): Promise<void>;
}

/** From so many waiting frames, or characters in them, nothing more is read from the socket. */
const HOLD_FRAMES = 16;
const HOLD_CHARACTERS = 512 * 1024;
/** What was read already may be more; no charger that waits for its answers comes near. */
const MOST_WAITING = 1_000;
/** Frames in a row that came too fast while others waited behind them. */
const MOST_HURRIED = 3_000;
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
  deps: { peer: Peer; clock: Clock },
  { serve, expel }: { serve: (frame: string) => Promise<void>; expel: (reason: string) => void },
): Inbox {
  const { peer, clock } = deps;
  const budget = createRateBudget(clock.now());
  const waiting: string[] = [];
  let characters = 0;
  let hurried = 0;
  let shut = false;
  let working: Promise<void> | null = null;

  const work = async () => {
    for (let frame = waiting.shift(); frame !== undefined && !shut; frame = waiting.shift()) {
      characters -= frame.length;
      const tooFastMs = budget.spend(clock.now());
      hurried = tooFastMs > 0 && waiting.length > 0 ? hurried + 1 : 0;
      if (hurried > MOST_HURRIED) return expel('Too many messages for too long');
      if (peer.unsent() > MOST_UNSENT) return expel('Answers are not read');
      if (tooFastMs > 0) await clock.sleep(tooFastMs);
      await serve(frame);
    }
    working = null;
    peer.resume();
  };
  return {
    take(frame) {
      if (shut) return;
      waiting.push(frame);
      characters += frame.length;
      if (waiting.length > MOST_WAITING) return expel('Too many messages at once');
      if (waiting.length >= HOLD_FRAMES || characters >= HOLD_CHARACTERS) peer.hold();
      working ??= Promise.resolve().then(work);
    },
    shut() {
      shut = true;
      waiting.length = 0;
      peer.resume();
    },
    settled: () => working ?? Promise.resolve(),
  };
}
