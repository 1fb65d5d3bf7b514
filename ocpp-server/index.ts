/** Chargers speak here: OCPP-J 1.6 and 2.0.1, from the handshake to facts of charging, and commands the other way. */
export { createOcppServer, type OcppServer, type OcppServerDeps, type OcppServerOptions } from './server.ts';
export type { OrderRequest } from './commands/orders.ts';
export type { ChargerConnection } from './connection/connection.ts';
export type { TracedFrame } from './connection/trace.ts';
export type { RefusedHandshake } from './handshake/refusals.ts';
export { QUIRKS, quirksIn, type KnownQuirk, type Quirk } from './quirks/quirks.ts';
export { createServerCertificates, type TlsOptions } from './tls/server-certificates.ts';
export { readTlsOptions } from './tls/tls-files.ts';
export { withoutSecrets } from './wire/without-secrets.ts';
