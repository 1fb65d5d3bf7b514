import type { IncomingHttpHeaders } from 'node:http';
import type { SeenDeviation } from '#charging/index.ts';
import type { Spoken } from './subprotocol.ts';

/** Where the handshake of a charger that was let in departs from what is agreed. */
export function handshakeDeviations(
  { identity, headers }: { identity: string; headers: IncomingHttpHeaders },
  spoken: Spoken,
): SeenDeviation[] {
  const at = { action: '', field: '' };
  const user = userIn(headers.authorization, identity);
  return [
    ...(spoken.isProper
      ? []
      : [{ ...at, kind: 'subprotocol' as const, found: headers['sec-websocket-protocol'] ?? '' }]),
    ...(user === null || user === identity ? [] : [{ ...at, kind: 'foreign-user' as const, found: user }]),
  ];
}

/** The user of Basic authentication; null: there is none. Only what stands before a colon is looked at: the rest is secret. */
function userIn(header: string | undefined, identity: string): string | null {
  const encoded = /^\s*Basic\s+(\S+)\s*$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, 'base64').toString('latin1');
  if (pair.startsWith(`${identity}:`)) return identity;
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(0, colon);
}
