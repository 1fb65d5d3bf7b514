import type { ConnectorState } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { Cost } from './cost/cost.ts';

/** The nouns of charging, free of protocol versions. */

export type Protocol = 'ocpp1.6' | 'ocpp2.0.1';

/** What the registry knows of a charger that is speaking. */
export interface ChargerRef {
  id: DeviceId;
  site: SiteId | null;
  synthetic: boolean;
}

/** What a charger says of itself when it boots. */
export interface BootReport {
  vendor: string;
  model: string;
  serial: string | null;
  firmware: string | null;
  protocol: Protocol;
}

export interface ConnectorReport {
  /** 1.6: the connector's number, with connector 1. 0 is the station itself. */
  evse: number;
  connector: number;
  state: ConnectorState;
  /** The charger's own error code or text; null when there is none. */
  error: string | null;
  /** By the charger's clock, or the time of receipt where it gave none. */
  at: Millis;
}

export interface Connector {
  evse: number;
  connector: number;
  state: ConnectorState;
  error: string | null;
  since: Millis;
}

/** A charger as people see it. */
export interface Station {
  id: DeviceId;
  site: SiteId | null;
  vendor: string | null;
  model: string | null;
  serial: string | null;
  firmware: string | null;
  protocol: Protocol | null;
  online: boolean;
  /** When it was last heard, by our clock. */
  lastSeen: Millis | null;
  connectors: Connector[];
  /** What it last said of itself as a whole (1.6: connector 0); null when it said nothing. */
  condition: Pick<Connector, 'state' | 'error' | 'since'> | null;
  synthetic: boolean;
}

export type TokenStatus = 'accepted' | 'blocked' | 'expired' | 'invalid';

/**
 * What a token is, in the words of OCPP 2.0.1 §3.43: `ISO14443` and `ISO15693` are cards, `Central` was made here or by an
 * app and is never shown to a reader, `eMAID` is a contract, `MacAddress` a car.
 */
export const TOKEN_TYPES = ['Central', 'eMAID', 'ISO14443', 'ISO15693', 'KeyCode', 'Local', 'MacAddress'] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

/** An id token: a card's number, an app's, a car's. Compared without regard to case (OCPP 1.6 §3.8, CiString). */
export interface Token {
  token: string;
  type: TokenType;
  status: TokenStatus;
  /** Tokens of one group may stop each other's sessions. */
  group: string | null;
  /** It may stop every session, and start none (OCPP 2.0.1 use case C16, MasterPass). */
  master: boolean;
  expiresAt: Millis | null;
  /** In which the driver wants to be spoken to (BCP 47). */
  language: string | null;
  /** What a station is to show the driver. */
  message: string | null;
}

/** A token to make or to change; what is left out is as if it had never been said. */
export type PutToken = Pick<Token, 'token' | 'status'> & Partial<Token>;

/** What a token is worth at an instant. */
export type Authorisation = Omit<Token, 'token'>;

/** The group that stations are told of a master token, and are to be set to: AuthCtrlr.MasterPassGroupId. */
export const MASTER_PASS_GROUP = 'MasterPass';

/** What a charger reports of a transaction, in either version's words translated to these. */
export interface TransactionReport {
  charger: ChargerRef;
  protocol: Protocol;
  phase: 'began' | 'updated' | 'ended';
  /** As the charger knows it; null in a 1.6 StartTransaction, where we give it. */
  transaction: string | null;
  /** 2.0.1 only: the number of the event within the transaction. */
  seqNo: number | null;
  evse: number | null;
  connector: number | null;
  /** The token shown at this event, if any. */
  token: string | null;
  /** By the charger's clock. */
  at: Millis;
  receivedAt: Millis;
  /** The energy register (absolute), Wh, first and last that this message carries; null when it carries none. */
  firstRegisterWh: number | null;
  lastRegisterWh: number | null;
  /** The latest power into the car, W; null when not reported. */
  powerW: number | null;
  /** The latest current into the car, A, of the phases that were told: L1, L2, L3; null when not told by phase. */
  currentA: number[] | null;
  /** Why it ended, in the charger's word. */
  reason: string | null;
  /** The reservation that it names, by its number. */
  reservation?: number | null;
  /** The message as it came over the wire: it is kept only where it raises a doubt. */
  frame: string | null;
}

/** The answer to a report, given only after it is committed. */
export interface TransactionVerdict {
  session: string;
  transaction: string;
  /** Null when the report showed no token. */
  token: TokenStatus | 'concurrent' | null;
  /** All that the token is worth; null when the report showed none. */
  authorisation: Authorisation | null;
  /** True when the same report was known already and nothing changed. */
  repeated: boolean;
}

/**
 * `starting`: asked for by a driver or operator, the charger has not begun yet; `failed`: it never did. Both exist so
 * that a driver can follow a start by one id; they are no charging sessions yet and are listed only when asked for.
 */
export type SessionState = 'starting' | 'failed' | 'active' | 'ended' | 'incomplete';

/** A start that was asked for. The session that the charger then begins with this token on this EVSE takes its id. */
export interface StartRequest {
  id: string;
  charger: ChargerRef;
  evse: number;
  connector: number;
  token: string;
  protocol: Protocol;
  at: Millis;
}

export interface Session {
  id: string;
  charger: DeviceId;
  site: SiteId | null;
  evse: number;
  connector: number;
  token: string | null;
  transaction: string;
  protocol: Protocol;
  state: SessionState;
  startedAt: Millis;
  endedAt: Millis | null;
  /** What counts: as metered, or as a person settled it. */
  energyWh: number;
  /** What the registers come to. */
  meteredWh: number;
  powerW: number | null;
  /** Null where no price holds. */
  cost: Cost | null;
  /** Why it ended, or why it is incomplete. */
  reason: string | null;
  /** What a person should look at; the words are those of `DOUBTS`. */
  doubts: string[];
  /** How a person settled its doubts; null while nobody did. */
  settled: Settlement | null;
  synthetic: boolean;
}

/**
 * What a person made of a session: `accept` its figures as they are, `correct` its energy or its end, `discard` it (its
 * energy is 0), `end` it while it is active.
 */
export type Resolution = 'accept' | 'correct' | 'discard' | 'end';

export interface Settlement {
  at: Millis;
  by: string;
  resolution: Resolution;
  note: string | null;
}

/** A car that charges, as the sharing of power sees it. */
export interface ActiveSession {
  charger: DeviceId;
  site: SiteId | null;
  evse: number;
  transaction: string;
  /** The session's id. */
  session: string;
  energyWh: number;
  /** What it takes now, W; null when not yet measured. */
  powerW: number | null;
  measuredAt: Millis | null;
  /** What it takes now in its busiest phase, A; null when not told by phase. */
  currentA: number | null;
  /** The phases it charges on; null while that cannot be told. */
  phases: 1 | 3 | null;
  startedAt: Millis;
  /** Whether its station is connected. */
  online: boolean;
}
