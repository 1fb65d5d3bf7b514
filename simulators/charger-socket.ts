import { WebSocket } from 'ws';
import { SECOND } from '#estate/units.ts';

/** Who connects, and where to: the OCPP URL is without the identity. */
export interface ChargerAddress {
  url: string;
  identity: string;
  secret: string;
  protocol: string;
  /** The authorities that it trusts behind wss://; absent: those of this machine. PEM. */
  roots?: string | undefined;
  /** With a certificate of its own it needs no secret (security profile 3). PEM. */
  certificate?: { chain: string; key: string } | undefined;
}

const HANDSHAKE_TIMEOUT_MS = 20 * SECOND;

/** Opens a WebSocket as a charger does, with Basic auth (OCPP-J 1.6 §3.1, §6.2; 2.0.1 part 4 §3) or a certificate. */
export function openChargerSocket(address: ChargerAddress): WebSocket {
  const { url, identity, secret, protocol, roots, certificate } = address;
  const authorization = `Basic ${Buffer.from(`${identity}:${secret}`).toString('base64')}`;
  const byCertificate = certificate !== undefined && url.startsWith('wss:');
  return new WebSocket(`${url}/${encodeURIComponent(identity)}`, [protocol], {
    headers: byCertificate ? {} : { authorization },
    ...(byCertificate ? { cert: certificate.chain, key: certificate.key } : {}),
    ...(roots === undefined ? {} : { ca: roots }),
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    perMessageDeflate: false,
  });
}
