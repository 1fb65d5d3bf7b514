import { type HandClock, steadyMs, systemClock } from '#estate/clock.ts';
import type { Millis } from '#estate/units.ts';

/** How simulated time passes: at an instant of the steady clock (estate/clock.ts), ms, it was so late, and from then on … */
export interface Pace {
  steadyMs: number;
  at: Millis;
  /** … so many simulated milliseconds pass in a real one. */
  speed: number;
}

/** Moves simulated time on. */
export interface Pacer {
  /** Resolves once the simulated time is there, or early when `stop` says so after a step, or the run was aborted. */
  until(at: Millis, stop?: () => boolean): Promise<void>;
  /** How far the simulated time lies behind, in real seconds: the target does not keep up. */
  readonly lagS: number;
  /** What it lies behind by now is not made up for. */
  forgive(): void;
}

export interface PacerOptions {
  pace: Pace;
  /** The simulated time moves on by so much at once, ms. */
  stepMs: Millis;
  /** How long what is under way on the wires is waited for, real ms. */
  patienceMs: number;
  signal: AbortSignal;
  /** Is told after each step. */
  stepped?: () => void;
}

/**
 * Moves a hand-cranked clock on, step by step, not faster than real time × speed, and only once all that a step has set
 * going on the wires has ended. So answers take no simulated time: what happens in the field is the same however fast
 * the target is. What was lost in a slow step is made up for by steps without a pause.
 */
export function createPacer(
  { clock, activity }: { clock: HandClock; activity: { idle(patienceMs: number): Promise<void> } },
  { pace, stepMs, patienceMs, signal, stepped }: PacerOptions,
): Pacer {
  let forgivenMs = 0;
  const dueMs = (at: Millis) => pace.steadyMs + forgivenMs + (at - pace.at) / pace.speed;
  const lateMs = () => Math.max(0, steadyMs() - dueMs(clock.now()));
  return {
    async until(at, stop) {
      while (clock.now() < at && !signal.aborted && !stop?.()) {
        const next = Math.min(at, clock.now() + stepMs);
        const earlyMs = dueMs(next) - steadyMs();
        if (earlyMs > 0) await systemClock.sleep(earlyMs, signal);
        if (signal.aborted) return;
        await clock.advance(next - clock.now());
        await activity.idle(patienceMs);
        stepped?.();
      }
    },
    get lagS() {
      return lateMs() / 1_000;
    },
    forgive: () => void (forgivenMs += lateMs()),
  };
}
