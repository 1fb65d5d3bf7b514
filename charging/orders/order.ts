import type { CommandOutcome, CommandResult } from '#estate/command.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerCommand } from '../command.ts';

/** What may be ordered of a charger: a domain command, or a call in the words of its version. */
export type Said = ChargerCommand | { action: string; payload: object };

/** `waiting` for its charger, `sent` to it, or `done`. */
export type OrderState = 'waiting' | 'sent' | 'done';

/** A command that a person gave, on record: who, when, and what became of it. It has one outcome, and gets it once. */
export interface Order {
  id: string;
  charger: DeviceId;
  said: Said;
  /** Who gave it. */
  by: string;
  at: Millis;
  /** Until when it may wait for its charger; null: it was for at once. */
  until: Millis | null;
  state: OrderState;
  outcome: CommandOutcome | null;
  /** The charger's own answer, or why there is none. */
  response: unknown;
  doneAt: Millis | null;
}

/** The face of the orders; what resolves is committed. */
export interface Orders {
  /** Puts an order on record, `waiting` or `sent`. */
  note(
    order: Pick<Order, 'id' | 'charger' | 'said' | 'by' | 'at' | 'until'> & { state: 'waiting' | 'sent' },
  ): Promise<void>;
  /** Takes the oldest order that waits for a charger, and marks it as sent: nobody else gets it. */
  take(charger: DeviceId, now: Millis): Promise<Order | null>;
  /** It never left, and waits on. */
  putBack(id: string): Promise<void>;
  /** Gives an order its outcome; nothing changes when it has one. Resolves with the order as it is then. */
  settle(id: string, result: CommandResult, at: Millis): Promise<Order>;
  /** Expires what has waited too long, gives up what left and was never settled, and forgets what is long done. */
  sweep(now: Millis): Promise<void>;
  order(id: string): Promise<Order | null>;
  /** Newest first; `before` is the id of the last of the page before. */
  list(query: { charger?: DeviceId; before?: string; limit: number }): Promise<Order[]>;
}
