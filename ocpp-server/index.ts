import type { ChargerCommand, Order, Protocol } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { OrderRequest } from './orders.ts';

export type { OrderRequest } from './orders.ts';
export { createOcppServer, type OcppServerDeps, type OcppServerOptions } from './server.ts';
export { QUIRKS, quirksIn, type KnownQuirk, type Quirk } from './quirks.ts';
export { createServerCertificates, type TlsOptions } from './tls/server-certificates.ts';
export { readTlsOptions } from './tls/tls-files.ts';
export { withoutSecrets } from './without-secrets.ts';

/** A connection that stands. */
export interface ChargerConnection {
  charger: DeviceId;
  protocol: Protocol;
  since: Millis;
  remoteAddress: string;
  /** Grows with each connection of the identity. */
  epoch: number;
}

/** A handshake that was turned away, so that an installer sees why a charger does not connect. */
export interface RefusedHandshake {
  /** As it was claimed; shortened. */
  identity: string;
  remoteAddress: string;
  at: Millis;
  reason: string;
}

/** The public face of the chargers' front. */
export interface OcppServer {
  /** Listens; resolves with the port, and with that behind TLS where there is one. */
  start(): Promise<{ port: number; tlsPort: number | null }>;
  /** Refuses new connections, lets calls under way end, closes with 1001. */
  stop(): Promise<void>;
  connectionOf(charger: DeviceId): ChargerConnection | null;
  connectionCount(): number;
  refused(): RefusedHandshake[];
  /** A domain command, in what the charger speaks. Resolves with its one outcome; `PolisError offline` when not connected. */
  command(charger: DeviceId, command: ChargerCommand): Promise<CommandResult>;
  /** Any action of the charger's version, strictly validated before it leaves. */
  call(charger: DeviceId, action: string, payload: unknown): Promise<CommandResult>;
  /**
   * Either of the two as a person orders it: on record, and kept for a charger that is not connected where it may wait.
   *
   * @throws PolisError as `command`; `offline` when the charger is not connected and the order may not wait.
   */
  order(charger: DeviceId, request: OrderRequest): Promise<Order>;
  /** Closes the connection of a charger, if any: its registration changed. */
  disconnect(charger: DeviceId, reason: string): void;
}

/** One line of the message trace, as the journal's stream `frames` keeps it under the charger's id. */
export interface TracedFrame {
  direction: 'in' | 'out';
  /** The raw text as it went over the wire. */
  frame: string;
  protocol: Protocol;
}
