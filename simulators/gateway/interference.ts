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
}

/** What a fault changes in how a gateway speaks. What is absent stays as it is. */
export interface GatewayInterference {
  /** What its clock shows beyond the true time, ms. */
  clockOffMs?: (now: Millis) => number;
  /** False: it may not leave now, and the gateway keeps it as it does while the wire is down. */
  lets?: (message: SaidMessage, now: Millis) => boolean;
  /** Resolves when the message may leave. */
  waits?: (message: SaidMessage) => Promise<void> | null;
  /** What leaves before it, and after it. */
  around?: (message: SaidMessage) => { before?: readonly LeavingMessage[]; after?: readonly LeavingMessage[] };
}

/** All that interferes with one gateway at this time. */
export interface GatewayInterferences {
  /** Begins; the returned function ends it. */
  add(interference: GatewayInterference): () => void;
  clockOffMs(now: Millis): number;
  lets(message: SaidMessage, now: Millis): boolean;
  /** Null: it need not wait. */
  waits(message: SaidMessage): Promise<unknown> | null;
  around(message: SaidMessage): { before: readonly LeavingMessage[]; after: readonly LeavingMessage[] };
}

export function createGatewayInterferences(): GatewayInterferences {
  let all: readonly GatewayInterference[] = [];
  return {
    add(interference) {
      all = [...all, interference];
      return () => void (all = all.filter((each) => each !== interference));
    },
    clockOffMs: (now) => all.reduce((sumMs, each) => sumMs + (each.clockOffMs?.(now) ?? 0), 0),
    lets: (message, now) => all.every((each) => each.lets?.(message, now) ?? true),
    waits(message) {
      const waits = all.flatMap((each) => each.waits?.(message) ?? []);
      return waits.length === 0 ? null : Promise.all(waits);
    },
    around(message) {
      const each = all.flatMap(({ around }) => around?.(message) ?? []);
      return { before: each.flatMap(({ before = [] }) => before), after: each.flatMap(({ after = [] }) => after) };
    },
  };
}
