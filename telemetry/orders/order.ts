import type { CommandOutcome } from '#estate/command.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';

/** The levels of priority, as BACnet has them (ANSI/ASHRAE 135 §19.2): 1 comes before all others. */
export const PRIORITY = { first: 1, last: 16, usual: 8 } as const;

/** Set points for a device, as somebody wants them. */
export interface OrderRequest {
  site: SiteId;
  device: DeviceId;
  set: Record<string, number>;
  /** Who gives the order. */
  by: string;
  /** 1 (first) to 16; 8 unless told. While an order of a higher priority holds a metric, this one waits behind it. */
  priority?: number | undefined;
  /** The device returns to its own set point after so many seconds; 900 unless told. */
  revertS?: number | undefined;
  /** The device must have begun to obey within so many seconds; 10 unless told. */
  expiresS?: number | undefined;
}

/** `waiting` behind one of a higher priority, `sent` to its device, or `done`. */
export type OrderState = 'waiting' | 'sent' | 'done';

/** What happened to an order, besides its outcome. */
export type StepKind =
  | 'waiting' // behind a higher priority
  | 'sent'
  | 'answered' // its outcome is known
  | 'late-answer' // the device answered after that
  | 'replaced' // by another of the same priority
  | 'resumed' // the device was told again, after a higher priority had ended
  | 'not-resumed'
  | 'reverted' // its time is over
  | 'released'
  | 'returned'; // the device was told to return to its own set point

export interface Step {
  at: Millis;
  what: StepKind;
  detail: string;
}

/** An order on record: who gave it, and what became of it. It has one outcome, and gets it once. */
export interface DeviceOrder {
  id: string;
  site: SiteId;
  device: DeviceId;
  set: Record<string, number>;
  priority: number;
  revertS: number;
  by: string;
  at: Millis;
  /** From then on the device must not begin to obey. */
  expiresAt: Millis;
  state: OrderState;
  outcome: CommandOutcome | null;
  /** The device's own answer, or why there is none. */
  response: unknown;
  doneAt: Millis | null;
  steps: Step[];
}

/** A metric of a device, held at a value by an order. The first priority of a metric is the one that counts. */
export interface Hold {
  metric: string;
  priority: number;
  value: number;
  order: string;
  /** The device reverts then. */
  until: Millis;
}

/** What people order of devices; what resolves is committed. */
export interface Orders {
  /**
   * Gives an order, once it is on record. Resolves with its outcome, and without one when it waits behind a higher
   * priority or its device takes longer than ten seconds.
   *
   * @throws PolisError `not-found`, `unsupported`, `invalid` or `offline` when it cannot be given: it is not on record.
   */
  give(request: OrderRequest): Promise<DeviceOrder>;
  /**
   * Ends what an order holds: the device goes on with the next lower priority, or returns to its own set point.
   *
   * @throws PolisError `not-found`; `conflict` when it holds nothing.
   */
  release(which: { site: SiteId; device: DeviceId; id: string; by: string }): Promise<DeviceOrder>;
  order(id: string): Promise<DeviceOrder | null>;
  /** Newest first; `before` is the id of the last of the page before. */
  list(query: { site: SiteId; device: DeviceId; before?: string | undefined; limit: number }): Promise<DeviceOrder[]>;
  /** What is held of a device, by metric and priority. */
  holds(of: { site: SiteId; device: DeviceId }): Promise<Hold[]>;
}
