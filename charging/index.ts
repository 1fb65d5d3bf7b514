import type { ChargingFact } from '#estate/fact.ts';
import type { Feed } from '#estate/feed.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type {
  ActiveSession,
  BootReport,
  ChargerRef,
  ConnectorReport,
  Session,
  SessionState,
  StartRequest,
  Station,
  Token,
  TokenStatus,
  TransactionReport,
  TransactionVerdict,
} from './domain.ts';

export * from './domain.ts';
export { createCharging } from './create-charging.ts';
export { newSessionId } from './new-ids.ts';
export { chargerCommand, type ChargerCommand } from './command.ts';

/** The public face of charging. What resolves is committed. */
export interface Charging {
  /** What has happened, each after its commit. */
  readonly facts: Feed<ChargingFact>;
  /** Every charger is offline until it connects; from now on, starts that nobody answers for ten minutes fail. */
  start(): Promise<void>;
  stop(): void;

  // What chargers report
  booted(charger: ChargerRef, boot: BootReport, at: Millis): Promise<void>;
  /** The connection came or went. */
  reachable(charger: ChargerRef, online: boolean, at: Millis): Promise<void>;
  connectorChanged(charger: ChargerRef, report: ConnectorReport): Promise<void>;
  authorize(
    token: string,
    at: Millis,
  ): Promise<{ status: TokenStatus; group: string | null; expiresAt: Millis | null }>;
  /** Every report is kept and answered, also for an unknown transaction or a bad token. */
  reported(report: TransactionReport): Promise<TransactionVerdict>;
  /** Meter values of a running transaction that 1.6 names by connector only. */
  transactionOn(charger: DeviceId, evse: number): Promise<string | null>;

  // What people ask
  /** Notes a start that is about to be sent to the charger. */
  startRequested(request: StartRequest): Promise<void>;
  /** The charger refused it or never began: the session is `failed`, with the reason. Changes nothing once it began. */
  startFailed(id: string, reason: string, at: Millis): Promise<void>;
  station(id: DeviceId): Promise<Station | null>;
  /** By id; those that were heard at least once. */
  stations(query: { site?: SiteId; after?: DeviceId; limit: number }): Promise<Station[]>;
  session(id: string): Promise<Session | null>;
  /** Newest first; `before` is the id of the last of the page before. */
  sessions(query: {
    charger?: DeviceId;
    site?: SiteId;
    state?: SessionState;
    before?: string;
    limit: number;
  }): Promise<Session[]>;
  /** The cars that charge now, of one site or of all. */
  activeSessions(query: { site?: SiteId }): Promise<ActiveSession[]>;
  putToken(token: Token): Promise<{ created: boolean }>;
  token(token: string): Promise<Token | null>;
  tokens(query: { after?: string; limit: number }): Promise<Token[]>;
}
