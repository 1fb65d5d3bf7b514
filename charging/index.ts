import type { ChargingFact } from '#estate/fact.ts';
import type { Feed } from '#estate/feed.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type {
  ActiveSession,
  Authorisation,
  BootReport,
  ChargerRef,
  ConnectorReport,
  PutToken,
  Session,
  SessionState,
  StartRequest,
  Station,
  Token,
  TransactionReport,
  TransactionVerdict,
} from './domain.ts';
import type { Certificates } from './certificates/certificates.ts';
import type { SecurityEvents } from './security-events.ts';
import type { CustomerReports } from './customer-information/report.ts';
import type { Displays } from './display/message.ts';
import type { Jobs } from './jobs/job.ts';
import type { Monitoring } from './monitoring/monitor.ts';
import type { Deviations } from './deviations/tally.ts';
import type { NamedQuirks } from './deviations/quirks.ts';
import type { Orders } from './orders/order.ts';
import type { Reconciliation } from './reconciliation/reconciliation.ts';
import type { Registrations } from './boot/registrations.ts';
import type { ChargingProfiles } from './profiles/profiles.ts';
import type { Variables } from './variables/variables.ts';
import type { Costs } from './cost/cost.ts';
import type { LocalLists } from './local-lists/local-list.ts';
import type { Reservations } from './reservations/reservation.ts';

export * from './domain.ts';
export { createCharging } from './create-charging.ts';
export { DEVIATIONS, type DeviationKind } from './deviations/kinds.ts';
export type { Deviation } from './deviations/kept.ts';
export type { NamedQuirks, Traits } from './deviations/quirks.ts';
export type { Deviations, SeenDeviation } from './deviations/tally.ts';
export type { Order, Orders, OrderState, Said } from './orders/order.ts';
export { DOUBTS, type Doubt } from './reconciliation/doubts.ts';
export type { OpenQuestion, TransactionStatus } from './reconciliation/gaps.ts';
export type { DoubtfulSession } from './reconciliation/list.ts';
export type { Reconciliation } from './reconciliation/reconciliation.ts';
export { createAuthority, type Authority, type KeyPair } from './certificates/authority.ts';
export type { Certificates } from './certificates/certificates.ts';
export { CERTIFICATE_USES, TRUSTED_FOR, type CertificateUse, type TrustedFor } from './certificates/commands.ts';
export type { InstalledCertificate } from './certificates/installed.ts';
export type { CertificateState, ChargerCertificate } from './certificates/own.ts';
export { generateRoots, loadRoots } from './certificates/roots.ts';
export { readSigningRequest } from './certificates/signing-request.ts';
export type { SecurityEvent, SecurityEvents } from './security-events.ts';
export { REGISTRATIONS, type Registration, type Registrations } from './boot/registrations.ts';
export * from './variables/variable.ts';
export * from './cost/cost.ts';
export * from './local-lists/local-list.ts';
export * from './reservations/reservation.ts';
export { isWellKnown, WELL_KNOWN, WELL_KNOWN_NAMES, type WellKnownName } from './variables/names.ts';
export type { Variables } from './variables/variables.ts';
export * from './profiles/profile.ts';
export type { EvseLimit } from './profiles/evse-limits.ts';
export type { HoldingLimit } from './profiles/limit.ts';
export type { ChargingProfiles } from './profiles/profiles.ts';
export type { CustomerReport, CustomerReports } from './customer-information/report.ts';
export type { DisplayedMessage, Displays, MessagePriority } from './display/message.ts';
export type { Job, JobKind, JobOutcome, Jobs, JobTerms } from './jobs/job.ts';
export * from './monitoring/monitor.ts';
export { newSessionId } from './new-ids.ts';
export { chargerCommand, type ChargerCommand } from './command.ts';

/** The public face of charging. What resolves is committed. */
export interface Charging {
  /** What has happened, each after its commit. */
  readonly facts: Feed<ChargingFact>;
  /** What people ordered of chargers. */
  readonly orders: Orders;
  /** What is doubtful about sessions, and how it is settled. */
  readonly reconciliation: Reconciliation;
  /** How chargers depart from what is agreed. */
  readonly deviations: Deviations;
  /** Which chargers are accepted when they boot. */
  readonly registrations: Registrations;
  /** What chargers are set to, and what they say of themselves. */
  readonly variables: Variables;
  /** The EVSEs that chargers keep free. */
  readonly reservations: Reservations;
  /** The tokens that chargers know by themselves. */
  readonly localLists: LocalLists;
  /** What sessions cost. */
  readonly costs: Costs;
  /** What limits chargers over time. */
  readonly profiles: ChargingProfiles;
  /** What people know of chargers' ways. */
  readonly quirks: NamedQuirks;
  /** The certificates that chargers have, and those that they trust. */
  readonly certificates: Certificates;
  /** What bears on the security of chargers. */
  readonly securityEvents: SecurityEvents;
  /** What chargers do on their own when asked: firmware, logs. */
  readonly jobs: Jobs;
  /** What chargers watch, and what they noticed. */
  readonly monitoring: Monitoring;
  /** What stands on the displays of chargers. */
  readonly displays: Displays;
  /** What chargers told of customers. */
  readonly customerReports: CustomerReports;
  /** Every charger is offline until it connects; from now on, starts that nobody answers for ten minutes fail. */
  start(): Promise<void>;
  stop(): void;

  // What chargers report
  /** `isNew`: it never booted before, or not with this model, firmware and version. */
  booted(charger: ChargerRef, boot: BootReport, at: Millis): Promise<{ isNew: boolean }>;
  /** The connection came or went. */
  reachable(charger: ChargerRef, online: boolean, at: Millis): Promise<void>;
  connectorChanged(charger: ChargerRef, report: ConnectorReport): Promise<void>;
  authorize(token: string, at: Millis): Promise<Authorisation>;
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
  putToken(token: PutToken): Promise<{ created: boolean }>;
  token(token: string): Promise<Token | null>;
  tokens(query: { after?: string; limit: number }): Promise<Token[]>;
}
