import type { Millis } from '#estate/units.ts';
import type { OutboxMessage } from './outbox.ts';

/** A call that a charger makes. */
export interface SaidCall {
  action: string;
  payload: unknown;
}

/** What a fault, or the manner of a maker, changes in how a charger speaks. What is absent stays as it is. */
export interface Interference {
  /** What its clock shows beyond the true time, ms. */
  clockOffMs?: (now: Millis) => number;
  /** The messages of transactions that may leave now, in the order in which they leave. */
  order?: (queue: readonly OutboxMessage[], now: Millis) => readonly OutboxMessage[];
  /** What a call says. */
  payload?: (call: SaidCall) => unknown;
  /** The id under which a call leaves. */
  id?: (call: SaidCall, id: string) => string;
  /** The frames that leave in place of that of a call; bytes leave as a text frame, too. */
  frames?: (frame: string) => readonly (string | Buffer)[];
  /** False: the answer to this call is lost on its way. */
  hears?: (call: SaidCall, id: string) => boolean;
}

/** All that interferes with one charger at this time. Each comes after those before it, with what they have left. */
export type Interferences = Interference[];

/** Begins; the returned function ends it. */
export function interfere(all: Interferences, interference: Interference): () => void {
  all.push(interference);
  return () => {
    const at = all.indexOf(interference);
    if (at >= 0) all.splice(at, 1);
  };
}

export function clockOffMs(all: Interferences, now: Millis): number {
  return all.reduce((sumMs, each) => sumMs + (each.clockOffMs?.(now) ?? 0), 0);
}

export function orderOf(all: Interferences, queue: readonly OutboxMessage[], now: Millis): readonly OutboxMessage[] {
  return all.reduce((left, each) => each.order?.(left, now) ?? left, queue);
}

export function payloadOf(all: Interferences, call: SaidCall): unknown {
  return all.reduce((said, { payload }) => (payload ? payload({ ...call, payload: said }) : said), call.payload);
}

export function idOf(all: Interferences, call: SaidCall, usual: string): string {
  return all.reduce((id, each) => each.id?.(call, id) ?? id, usual);
}

export function framesOf(all: Interferences, frame: string): readonly (string | Buffer)[] {
  return all.reduce<readonly (string | Buffer)[]>(
    (frames, each) => frames.flatMap((one) => (each.frames && typeof one === 'string' ? each.frames(one) : [one])),
    [frame],
  );
}

export function isHeard(all: Interferences, call: SaidCall, id: string): boolean {
  return all.every((each) => each.hears?.(call, id) ?? true);
}
