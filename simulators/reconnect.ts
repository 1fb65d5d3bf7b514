import type { Ground } from '#estate/ground.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import type { Slots } from './slots.ts';

/**
 * Keeps something connected. It tries, waits after each failure twice as long as before, spread by chance so that a
 * fleet does not come back as one, and takes a slot for each handshake. `tick` drives it.
 */
export interface Reconnect {
  start(): void;
  stop(): void;
  /** The next try comes after this delay rather than by back-off. */
  within(delayMs: number): void;
  tick(now: Millis): void;
  /** The handshake succeeded. */
  opened(): void;
  /** The handshake failed, or the connection ended. */
  closed(): void;
}

const FIRST_WAIT_MS = 2 * SECOND;
const LONGEST_WAIT_MS = 60 * SECOND;

export function createReconnect({ ground, slots }: { ground: Ground; slots: Slots }, connect: () => void): Reconnect {
  const { clock, random } = ground;
  let wanted = false;
  let busy = false;
  let tries = 0;
  let dueAt: Millis | null = null;
  let release = () => {};

  const attempt = async () => {
    if (busy) return;
    busy = true;
    dueAt = null;
    release = await slots.take();
    // Meanwhile it may have been told to come later.
    if (wanted && dueAt === null) return connect();
    busy = false;
    release();
  };
  const backoffMs = () => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries++) * (0.5 + random.next());
  return {
    start() {
      wanted = true;
      void attempt();
    },
    stop() {
      wanted = false;
      dueAt = null;
    },
    within: (delayMs) => void (dueAt = clock.now() + delayMs),
    tick(now) {
      if (dueAt !== null && dueAt <= now) void attempt();
    },
    opened() {
      tries = 0;
      release();
    },
    closed() {
      busy = false;
      release();
      if (wanted) dueAt ??= clock.now() + backoffMs();
    },
  };
}
