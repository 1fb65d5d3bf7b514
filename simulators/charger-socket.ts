import { WebSocket } from 'ws';
import { SECOND } from '#estate/units.ts';

/** Who connects, and where to: the OCPP URL is without the identity. */
export interface ChargerAddress {
  url: string;
  identity: string;
  secret: string;
  protocol: string;
}

const HANDSHAKE_TIMEOUT_MS = 20 * SECOND;

/** Opens a WebSocket as a charger does, with Basic auth (OCPP-J 1.6 §3.1, §6.2; 2.0.1 part 4 §3). */
export function openChargerSocket({ url, identity, secret, protocol }: ChargerAddress): WebSocket {
  return new WebSocket(`${url}/${encodeURIComponent(identity)}`, [protocol], {
    headers: { authorization: `Basic ${Buffer.from(`${identity}:${secret}`).toString('base64')}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    perMessageDeflate: false,
  });
}
