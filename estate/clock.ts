import { setTimeout as wait } from 'node:timers/promises';
import type { Millis } from './units.ts';

/** Stops what was scheduled; calling it twice does nothing. */
export type Cancel = () => void;

/** The only source of time. Durations are milliseconds. */
export interface Clock {
  /** The present instant. */
  now(): Millis;
  /** Runs once after a delay. A pending timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Cancel;
  /** Runs again and again; the first time after one period. */
  every(periodMs: number, run: () => void): Cancel;
  /** Resolves after a delay, at once and early when the signal is aborted. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** The real time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs).unref();
    return () => clearInterval(timer);
  },
  async sleep(delayMs, signal) {
    if (signal?.aborted) return;
    try {
      await wait(delayMs, undefined, signal ? { signal } : {});
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};

/**
 * A clock for trials: it shows a given instant at first, and passes so many times as fast as real time. Delays are in its
 * own time.
 */
export function scaledClock({ startMs, speed }: { startMs: Millis; speed: number }): Clock {
  const beganMs = steadyMs();
  const realMs = (durationMs: number) => Math.ceil(durationMs / speed);
  return {
    now: () => Math.floor(startMs + (steadyMs() - beganMs) * speed),
    after: (delayMs, run) => systemClock.after(realMs(delayMs), run),
    every: (periodMs, run) => systemClock.every(realMs(periodMs), run),
    sleep: (delayMs, signal) => systemClock.sleep(realMs(delayMs), signal),
  };
}

/** A clock that moves only when it is cranked. */
export interface HandClock extends Clock {
  /** Moves time on, running each timer that falls due at its own instant, in order, and letting promises settle between. */
  advance(durationMs: number): Promise<void>;
}

/** A hand-cranked clock that starts at the given instant. */
export function handClock(startMs: Millis): HandClock {
  let nowMs = startMs;
  let lastId = 0;
  const timers = new Map<number, { dueMs: Millis; periodMs: number | null; run: () => void }>();
  const schedule = (delayMs: number, periodMs: number | null, run: () => void): Cancel => {
    const id = ++lastId;
    timers.set(id, { dueMs: nowMs + Math.max(0, delayMs), periodMs, run });
    return () => void timers.delete(id);
  };
  const nextDue = (untilMs: Millis) => {
    let found: [number, Millis] | undefined;
    for (const [id, timer] of timers) {
      if (timer.dueMs <= untilMs && (found === undefined || timer.dueMs < found[1])) found = [id, timer.dueMs];
    }
    return found?.[0];
  };
  return {
    now: () => nowMs,
    after: (delayMs, run) => schedule(delayMs, null, run),
    every: (periodMs, run) => schedule(periodMs, Math.max(1, periodMs), run),
    sleep(delayMs, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const cancel = schedule(delayMs, null, resolve);
        signal?.addEventListener('abort', () => (cancel(), resolve()), { once: true });
      });
    },
    async advance(durationMs) {
      const untilMs = nowMs + durationMs;
      await settle();
      for (let id = nextDue(untilMs); id !== undefined; id = nextDue(untilMs)) {
        const timer = timers.get(id);
        if (!timer) continue;
        nowMs = timer.dueMs;
        if (timer.periodMs === null) timers.delete(id);
        else timer.dueMs += timer.periodMs;
        timer.run();
        await settle();
      }
      nowMs = untilMs;
    },
  };
}

/** Lets everything that is ready to run do so, once round the event loop. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Milliseconds of a steady clock, for durations only: it never steps. */
export function steadyMs(): number {
  return performance.now();
}
