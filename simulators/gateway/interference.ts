import type { Millis } from '#estate/units.ts';

/** A message as a gateway means it. */
export interface SaidMessage {
  /** The fourth level of its topic: `data`, `hist`, `event` … */
  kind: string;
  topic: string;
  payload: object;
}

/** What leaves instead: JSON, or bytes that are none. */
export interface LeavingMessage {
  topic: string;
  payload: object | Buffer;
  /** Nobody can read it. */
  isGarbled?: true;
}

/** What a fault changes in how a gateway speaks. What is absent stays as it is. */
export interface GatewayInterference {
  /** What its clock shows beyond the true time, ms. */
  clockOffMs?: (now: Millis) => number;
  /** False: it may not leave now, and the gateway keeps it as it does while the wire is down. */
  lets?: (message: SaidMessage, now: Millis) => boolean;
  /** Resolves when the message may leave. */
  waits?: (message: SaidMessage) => Promise<void> | null;
  /** What leaves beside may be garbled. */
  garbles?: true;
  /** What leaves before it, and after it. */
  around?: (message: SaidMessage) => { before?: readonly LeavingMessage[]; after?: readonly LeavingMessage[] };
}

/** All that interferes with one gateway at this time. */
export type GatewayInterferences = readonly GatewayInterference[];

/** What its clock shows beyond the true time, ms. */
export function clockOff(all: GatewayInterferences, now: Millis): number {
  return all.reduce((sumMs, each) => sumMs + (each.clockOffMs?.(now) ?? 0), 0);
}

export function isLet(all: GatewayInterferences, message: SaidMessage, now: Millis): boolean {
  return all.every((each) => each.lets?.(message, now) ?? true);
}

/** Null: it need not wait. */
export function waitFor(all: GatewayInterferences, message: SaidMessage): Promise<unknown> | null {
  const waits = all.flatMap((each) => each.waits?.(message) ?? []);
  return waits.length === 0 ? null : Promise.all(waits);
}

export function leavingAround(all: GatewayInterferences, message: SaidMessage) {
  const each = all.flatMap(({ around }) => around?.(message) ?? []);
  return { before: each.flatMap(({ before = [] }) => before), after: each.flatMap(({ after = [] }) => after) };
}
