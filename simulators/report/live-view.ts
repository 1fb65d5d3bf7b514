import type { FaultResult, TimelinePoint } from '../run/result.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A run as it stands now, for those who watch. */
export interface LiveView {
  title: string;
  seed: string;
  /** The instance, as it was named. */
  api: string;
  /** Real seconds since the start. */
  elapsedS: number;
  /** What is done now where no stage runs: `Bringing 5,000 chargers to life`. */
  phase: string;
  /** Its place among the stages, from 1, and how much of its simulated time has passed. */
  stage: { name: string; number: number; of: number; doneS: number; ofS: number } | null;
  /** The simulated instant, RFC 3339; null: it does not pass yet. */
  simulatedAt: string | null;
  /** How fast simulated time passes, really, as a multiple of real time. */
  speed: number;
  /** How far it has fallen behind what was asked. */
  lagS: number;
  connected: number;
  chargers: number;
  /** What connects by MQTT: gateways, or devices by themselves. */
  connections: Scenario['fleet']['connections'];
  gatewaysConnected: number;
  gateways: number;
  charging: number;
  /** Errors and lost calls and publishes so far. */
  errors: number;
  /** Messages that wait in the field. */
  queued: number;
  memoryMB: number;
  /** All until now; those that stand have no end. */
  faults: readonly FaultResult[];
  timeline: readonly TimelinePoint[];
}

/** Shows a run to whom it runs for, until it is stopped. */
export interface Watch {
  /** Shows the last of it and leaves the terminal as it was. */
  stop(): void;
}
