import type { Millis } from '#estate/units.ts';
import type { SeriesTruth } from '../series-truth.ts';
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

/** How far the central system has been told of a session. */
export interface Told {
  /** Confirmed messages by kind. */
  confirmed: Record<OutboxMessage['kind'], number>;
  /** Answered with an error until they were given up, or dropped from a full queue. */
  lost: number;
  /** Still in the queue. */
  waiting: number;
  /** Its start and its end by the charger's clock; null while that is not confirmed. */
  startedAt: Millis | null;
  endedAt: Millis | null;
  /** The highest register in a confirmed message, whole Wh. */
  registerWh: number | null;
  /** What the answer to its end said that it costs; null: nothing. */
  cost: number | null;
}

/** A session as it was in the field. */
export interface TrueSession {
  /** The charger's own name of it. */
  session: string;
  /** The central system's name of it; null when it is not known. */
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
  told: Told;
}

/** What really happened at a charger, for the records to be held against. */
export interface ChargerTruth {
  charger: string;
  site: string;
  /** It is accepted, and told all that it had to tell of its EVSEs. */
  isOnline: boolean;
  /** That with which it was last accepted; null: never, or nobody noted it. */
  firmware: string | null;
  /** EVSEs that stand broken, with their error codes. */
  faults: { evse: number; code: string }[];
  /** In the order in which they began. */
  sessions: TrueSession[];
  /** What its meters told, for each EVSE that told something. */
  meters: SeriesTruth[];
  /**
   * Whether a severe state holds that it watches for; null: it may not have told the last of it, or the platform may not
   * know how severe it is.
   */
  isSevere: boolean | null;
  /** It signs in with a certificate, or has asked for one. */
  isCertified: boolean;
}

/** The same message by message. */
export interface ToldTruth extends ChargerTruth {
  /** Empty where the fleet was not asked to list them. */
  confirmed: ConfirmedMessage[];
  /** Answered with an error until it was given up. */
  refused: OutboxMessage[];
  /** Not yet confirmed. */
  queued: OutboxMessage[];
}
