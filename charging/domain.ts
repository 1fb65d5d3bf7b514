import type { ConnectorState } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';

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

/** An id token: a card's number, an app's, a car's. Compared without regard to case (OCPP 1.6 §3.8, CiString). */
export interface Token {
  token: string;
  status: TokenStatus;
  /** Tokens of one group may stop each other's sessions. */
  group: string | null;
  expiresAt: Millis | null;
}

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
  /** Why it ended, in the charger's word. */
  reason: string | null;
}

/** The answer to a report, given only after it is committed. */
export interface TransactionVerdict {
  session: string;
  transaction: string;
  /** Null when the report showed no token. */
  token: TokenStatus | 'concurrent' | null;
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
  energyWh: number;
  powerW: number | null;
  /** Why it ended, or why it is incomplete. */
  reason: string | null;
  /**
   * What a person should look at. The meter: `falling-register`, `register-jump`, `metered-after-stop`; what was not heard:
   * `orphan-stop`, `orphan-meter`, `missing-start`, `missing-events`; the token: `unknown-token`, `blocked-token`,
   * `expired-token`, `concurrent-token`.
   */
  doubts: string[];
  synthetic: boolean;
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
  startedAt: Millis;
  /** Whether its station is connected. */
  online: boolean;
}
