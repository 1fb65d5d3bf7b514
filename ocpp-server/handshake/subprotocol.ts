import type { Protocol } from '#charging/index.ts';

/** What a handshake says of the version to speak (OCPP 1.6J §3.1.2, OCPP 2.0.1 part 4 §3.1.2). */
export interface Spoken {
  protocol: Protocol;
  /** What the charger is answered, in its own spelling; null: nothing, as it offered nothing that could be answered. */
  subprotocol: string | null;
  /** False where the version had to be read out of a spelling of its own, or was assumed. */
  isProper: boolean;
}

/** In the order of our preference. */
const PROTOCOLS: readonly Protocol[] = ['ocpp2.0.1', 'ocpp1.6'];

/** What is left of the names that chargers make up, without signs and case. */
const SPELLINGS: Record<Protocol, readonly string[]> = {
  'ocpp2.0.1': ['ocpp201', 'ocpp201j', 'ocpp201json'],
  'ocpp1.6': ['ocpp16', 'ocpp16j', 'ocpp16json', 'ocppj16'],
};

/** RFC 7230 §3.2.6: only such a name may be answered. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * The version that is meant by what a charger offers; null: none that we know.
 *
 * @param assumed the version that the station's record names, for a charger that says nothing of use.
 */
export function spokenOf(offered: string | undefined, assumed: Protocol | null): Spoken | null {
  const names = (offered ?? '').split(',').map((name) => name.trim());
  const proper = PROTOCOLS.find((protocol) => names.includes(protocol));
  if (proper) return { protocol: proper, subprotocol: proper, isProper: true };

  const isWhole = names.every((name) => TOKEN.test(name));
  const words = names.flatMap((name) => name.split(/[^\w.-]+/)).filter((word) => word !== '');
  for (const protocol of PROTOCOLS) {
    const word = words.find((one) => SPELLINGS[protocol].includes(one.toLowerCase().replace(/[^a-z0-9]/g, '')));
    if (word !== undefined) return { protocol, subprotocol: isWhole ? word : null, isProper: false };
  }
  if (assumed === null) return null;
  return { protocol: assumed, subprotocol: isWhole ? (names[0] ?? null) : null, isProper: false };
}

/** Why none of them will do, for the installer. */
export function subprotocolRefusal(offered: string | undefined): string {
  const spoken = `this server speaks ${PROTOCOLS.join(' and ')}`;
  return offered ? `unknown subprotocol ${offered.slice(0, 60)}: ${spoken}` : `no subprotocol offered: ${spoken}`;
}
