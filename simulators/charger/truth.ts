import type { Millis } from '#estate/units.ts';
import type { OutboxMessage } from './outbox.ts';

/** A transaction message that the central system confirmed: from then on it must know it, whatever befalls it. */
export interface ConfirmedMessage {
  action: string;
  kind: OutboxMessage['kind'];
  session: string;
  /** As the central system knows it. */
  transaction: string | null;
  evse: number;
  seqNo: number | null;
  /** By the charger's clock. */
  at: Millis;
  confirmedAt: Millis;
  registerWh: number;
}

/** A session as it was in the field. */
export interface TrueSession {
  session: string;
  transaction: string | null;
  evse: number;
  token: string;
  startedAt: Millis;
  endedAt: Millis | null;
  startWh: number;
  /** By the meter, exact; of a running session so far. */
  energyWh: number;
  /** What its display said that it costs; null when nobody told. */
  cost: number | null;
}

/** What really happened at a charger, for a test to hold the records against. */
export interface ChargerTruth {
  charger: string;
  confirmed: ConfirmedMessage[];
  /** Answered with an error until it was given up. */
  refused: OutboxMessage[];
  /** Not yet confirmed. */
  queued: OutboxMessage[];
  sessions: TrueSession[];
}
