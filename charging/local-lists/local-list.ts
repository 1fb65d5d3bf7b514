import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { Authorisation, TokenType } from '../domain.ts';

/** The tokens that a charger knows by itself, for when it cannot ask. */
export interface LocalList {
  charger: DeviceId;
  /** Of the list that it holds; 0: none. */
  version: number;
  /** Whether it holds the tokens as they are now. */
  current: boolean;
  /** The tokens that it is to hold, in lower case; null: all that may be shown to a reader. */
  scope: string[] | null;
  /** How many it holds. */
  size: number;
  /** When it last took a list in full or in part. */
  sentAt: Millis | null;
  /** The charger's word for what went wrong when the list was last sent; null: nothing did. */
  failure: string | null;
  /** What it said when it was last asked; 0: it has none, -1: it keeps none (OCPP 1.6 §5.10). */
  reportedVersion: number | null;
  reportedAt: Millis | null;
}

/** A token for a list; without an authorisation it is to be taken out. */
export interface ListEntry {
  token: string;
  type: TokenType;
  authorisation: Authorisation | null;
}

/** One message of a list. */
export interface ListPart {
  mode: 'full' | 'differential';
  version: number;
  entries: ListEntry[];
}

export interface ListOrder {
  charger: DeviceId;
  /** What changed; in full where it is not known what the charger holds. */
  mode: 'full' | 'differential';
  /** In full: what it is to hold. Differential: what to add to it, or to tell again. Absent: as it was. */
  tokens?: readonly string[] | 'all';
  /** How many tokens one message may carry, and one list. */
  mostPerMessage: number;
  mostInAll: number;
  /** Longer tokens cannot be said in the charger's version. */
  longestToken: number;
  at: Millis;
}

/** The face of the local lists; what resolves is committed. */
export interface LocalLists {
  /**
   * Makes up the messages that bring a list up to date, to be sent in order; none where it is.
   *
   * @throws PolisError `not-found` for a token that nobody registered; `invalid` when there are more than the charger holds.
   */
  prepare(order: ListOrder): Promise<ListPart[]>;
  /** What the charger said to a message. False when it was none of those that were prepared last. */
  answered(answer: { charger: DeviceId; version: number; status: string; at: Millis }): Promise<boolean>;
  reported(report: { charger: DeviceId; version: number; at: Millis }): Promise<void>;
  of(charger: DeviceId): Promise<LocalList | null>;
}
