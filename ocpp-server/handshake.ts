import type { IncomingHttpHeaders } from 'node:http';
import type { ChargerRef, Protocol } from '#charging/index.ts';
import { CHARGING_STATION } from '#estate/device.ts';
import type { Records } from '#storage/records.ts';
import { findCredentials, type Credentials } from '#storage/registry.ts';
import type { SecretBox } from '#storage/secrets.ts';

/** A charger that may come in. */
export interface Ticket {
  charger: ChargerRef;
  protocol: Protocol;
  remoteAddress: string;
}

/** Why one may not. `reason` is for the installer; from outside only the status is seen. */
export interface Refusal {
  status: 400 | 401;
  reason: string;
}

/** In the order of our preference. */
const PROTOCOLS: readonly Protocol[] = ['ocpp2.0.1', 'ocpp1.6'];

export interface HandshakeDeps {
  records: Records;
  secrets: SecretBox;
  /** Lets chargers of security profile 0, which have no secret, come in. */
  allowInsecure: boolean;
}

/**
 * Decides on a handshake (OCPP 2.0.1 part 4 §3; security profiles: part 2 §A.1). An unknown identity and a wrong secret
 * are refused alike, in the same time.
 */
export async function vet(
  request: { identity: string; headers: IncomingHttpHeaders; remoteAddress: string },
  { records, secrets, allowInsecure }: HandshakeDeps,
): Promise<Ticket | Refusal> {
  const { identity, headers, remoteAddress } = request;
  const offered = headers['sec-websocket-protocol'];
  const protocol = protocolOf(offered);
  if (protocol === null) return { status: 400, reason: protocolRefusal(offered) };

  const credentials = await records.run(findCredentials, identity);
  const password = basicPassword(headers.authorization, identity);
  const right = secrets.matches(password ?? '', credentials?.secretMac);
  const open = allowInsecure && credentials?.securityProfile === 0;
  const reason = refusalOf({ credentials, password, right, open });
  if (credentials === null || reason !== null) return { status: 401, reason: reason ?? 'unknown identity' };
  const { id, site, synthetic } = credentials.device;
  return { charger: { id, site, synthetic }, protocol, remoteAddress };
}

function refusalOf(seen: {
  credentials: Credentials | null;
  password: Uint8Array | null;
  right: boolean;
  open: boolean;
}): string | null {
  const { credentials, password, right, open } = seen;
  if (credentials?.device.type !== CHARGING_STATION) return 'unknown identity: register the charger first';
  if ((credentials.securityProfile ?? 1) > 1) {
    return `its security profile ${credentials.securityProfile} demands TLS, and this port speaks none`;
  }
  if (right || open) return null;
  if (credentials.securityProfile === 0)
    return 'its security profile is 0, and chargers without a secret are not let in';
  return password === null ? 'no secret given: set the charger to Basic authentication' : 'wrong secret';
}

/** The version to speak of those that are offered; null: none that we know. */
export function protocolOf(offered: string | undefined): Protocol | null {
  const names = new Set(offered?.split(',').map((name) => name.trim()));
  return PROTOCOLS.find((protocol) => names.has(protocol)) ?? null;
}

function protocolRefusal(offered: string | undefined): string {
  const spoken = `this server speaks ${PROTOCOLS.join(' and ')}`;
  return offered ? `unknown subprotocol ${offered.slice(0, 60)}: ${spoken}` : `no subprotocol offered: ${spoken}`;
}

/**
 * The password of an `Authorization: Basic` header, as bytes, since it may be binary. The identity may contain a colon,
 * which ends a user name elsewhere; some chargers send another user name or none, so that it proves nothing.
 */
export function basicPassword(header: string | undefined, identity: string): Uint8Array | null {
  const encoded = /^\s*Basic\s+([A-Za-z0-9+/_=-]+)\s*$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, 'base64');
  const user = Buffer.from(`${identity}:`);
  if (pair.subarray(0, user.length).equals(user)) return pair.subarray(user.length);
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.subarray(colon + 1);
}
