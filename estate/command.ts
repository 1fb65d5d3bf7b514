import type { DeviceId } from './ids.ts';
import type { Millis } from './units.ts';

/** How a command ended. Each command has exactly one outcome; `unknown`: the connection died after it had left. */
export type CommandOutcome = 'accepted' | 'rejected' | 'failed' | 'timed-out' | 'expired' | 'unknown';

/** A limit on what an EVSE may draw. */
export interface ChargingLimit {
  charger: DeviceId;
  evse: number;
  /** Per phase, A; 0 pauses the car. */
  limitA: number;
  /** The phases the session uses: 1 or 3. */
  phases: number;
  /** The transaction it holds for, as the charger knows it. */
  transaction: string;
  /** The limit lapses by itself at this time, and the charger's default profile holds again. */
  expiresAt: Millis;
}

/** What became of a command: the outcome, and the device's own answer where there was one. */
export interface CommandResult {
  outcome: CommandOutcome;
  /** The answer as the device gave it, or null. */
  response: unknown;
}
