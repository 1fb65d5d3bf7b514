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

/** All that interferes with one charger at this time, each with what those before it have left. */
export interface Interferences {
  /** Begins; the returned function ends it. */
  add(interference: Interference): () => void;
  clockOffMs(now: Millis): number;
  order(queue: readonly OutboxMessage[], now: Millis): readonly OutboxMessage[];
  payload(call: SaidCall): unknown;
  id(call: SaidCall, id: string): string;
  frames(frame: string): readonly (string | Buffer)[];
  hears(call: SaidCall, id: string): boolean;
}

/** @param standing what interferes for ever. */
export function createInterferences(...standing: Interference[]): Interferences {
  let all: readonly Interference[] = standing;
  return {
    add(interference) {
      all = [...all, interference];
      return () => void (all = all.filter((each) => each !== interference));
    },
    clockOffMs: (now) => all.reduce((sumMs, each) => sumMs + (each.clockOffMs?.(now) ?? 0), 0),
    order: (queue, now) => all.reduce((left, each) => each.order?.(left, now) ?? left, queue),
    payload: (call) =>
      all.reduce((said, { payload }) => (payload ? payload({ ...call, payload: said }) : said), call.payload),
    id: (call, usual) => all.reduce((id, each) => each.id?.(call, id) ?? id, usual),
    frames: (frame) =>
      all.reduce<readonly (string | Buffer)[]>(
        (frames, each) => frames.flatMap((one) => (each.frames && typeof one === 'string' ? each.frames(one) : [one])),
        [frame],
      ),
    hears: (call, id) => all.every((each) => each.hears?.(call, id) ?? true),
  };
}
