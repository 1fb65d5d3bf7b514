import type { IncomingHttpHeaders } from 'node:http';
import type { ChargerRef, Charging, Protocol, SeenDeviation, Traits } from '#charging/index.ts';
import { CHARGING_STATION } from '#estate/device.ts';
import type { Clock } from '#estate/clock.ts';
import type { Records } from '#storage/records.ts';
import { findCredentials, takeSecretIntoUse, type Credentials } from '#storage/registry.ts';
import type { SecretBox } from '#storage/secrets.ts';
import { mannersFor } from '../quirks/quirks.ts';
import type { ClientCertificate } from '../tls/client-certificate.ts';
import { basicPassword, formsOf } from './basic-password.ts';
import { handshakeDeviations } from './handshake-deviations.ts';
import { spokenOf, subprotocolRefusal } from './subprotocol.ts';

/** A charger that may come in. */
export interface Ticket {
  charger: ChargerRef;
  protocol: Protocol;
  /** What it is answered of the subprotocols that it offered; null: nothing. */
  subprotocol: string | null;
  remoteAddress: string;
  /** By what its ways are known, before it boots. */
  traits: Traits;
  /** Where its handshake departs from what is agreed. */
  deviations: readonly SeenDeviation[];
}

/** Why one may not. `reason` is for the installer; from outside only the status is seen. */
export interface Refusal {
  status: 400 | 401;
  reason: string;
  /** Whom it claimed to be, where that is a charger of ours. */
  charger: ChargerRef | null;
  /** It was its certificate that did not do. */
  certificate?: true;
}

export interface HandshakeDeps {
  records: Records;
  secrets: SecretBox;
  charging: Pick<Charging, 'certificates' | 'quirks'>;
  clock: Clock;
  /** Lets chargers of security profile 0, which have no secret, come in. */
  allowInsecure: boolean;
}

export interface Claim {
  identity: string;
  headers: IncomingHttpHeaders;
  remoteAddress: string;
  /** Null: it came without TLS. */
  tls: { certificate: ClientCertificate | null } | null;
}

/**
 * Decides on a handshake (OCPP 2.0.1 part 4 §3; security profiles: part 2 §A.1). The registered profile is the least
 * that a charger must prove; below it none comes in. An unknown identity and a wrong secret are refused alike, in the
 * same time.
 */
export async function vet(claim: Claim, deps: HandshakeDeps): Promise<Ticket | Refusal> {
  const { identity, headers, remoteAddress } = claim;
  const [credentials, traits] = await Promise.all([
    deps.records.run(findCredentials, identity),
    deps.charging.quirks.traits(identity),
  ]);
  const password = basicPassword(headers.authorization, identity);
  const secret = secretShown(password, credentials, deps.secrets);
  if (credentials?.device.type !== CHARGING_STATION) {
    return { status: 401, reason: 'unknown identity: register the charger first', charger: null };
  }
  const { id, site, synthetic } = credentials.device;
  const charger = { id, site, synthetic };
  const proof = { password, secret, profile: credentials.securityProfile ?? 1 };
  const fault = await faultOf({ ...proof, charger, tls: claim.tls }, deps);
  if (fault !== null) return { status: 401, charger, ...fault };

  const offered = headers['sec-websocket-protocol'];
  const spoken = spokenOf(offered, mannersFor(traits).assumes);
  if (spoken === null) return { status: 400, charger, reason: subprotocolRefusal(offered) };
  if (secret !== null && secret !== credentials.secretMac) {
    await deps.records.run(takeSecretIntoUse, { id, secretMac: secret });
  }
  const { protocol, subprotocol } = spoken;
  return { charger, protocol, subprotocol, remoteAddress, traits, deviations: handshakeDeviations(claim, spoken) };
}

interface Proof {
  charger: ChargerRef;
  profile: number;
  password: Uint8Array | null;
  /** The mac of the secret that it showed, if that is one of its own. */
  secret: string | null;
  tls: Claim['tls'];
}

type Fault = Pick<Refusal, 'reason' | 'certificate'> | null;

async function faultOf(proof: Proof, deps: HandshakeDeps): Promise<Fault> {
  const { profile, password, secret, tls } = proof;
  if (profile > 1 && tls === null) {
    const exposed = password === null ? '' : '; give it a new secret, as this one crossed the network in the clear';
    return { reason: `its security profile ${profile} demands TLS: connect it to the TLS port${exposed}` };
  }
  // A certificate proves more than a secret does; a secret that is wrong is not mended by it.
  if (profile > 2 || (tls?.certificate && password === null)) return certificateFault(proof, deps);
  if (secret !== null || (profile === 0 && deps.allowInsecure)) return null;
  if (profile === 0) return { reason: 'its security profile is 0, and chargers without a secret are not let in' };
  const reason = password === null ? 'no secret given: set the charger to Basic authentication' : 'wrong secret';
  return { reason };
}

async function certificateFault({ charger, tls }: Proof, { charging, clock }: HandshakeDeps): Promise<Fault> {
  const shown = tls?.certificate;
  if (!shown)
    return { reason: 'no client certificate given, and its security profile 3 demands one', certificate: true };
  const { names, fault, issuer } = shown;
  if (fault !== null) return { reason: `its client certificate ${fault} (issued by ${issuer})`, certificate: true };
  if (!names.includes(charger.id)) {
    const named = names.join(', ').slice(0, 100) || 'nobody';
    return { reason: `its client certificate is for ${named}, and not for ${charger.id}`, certificate: true };
  }
  const spent = await charging.certificates.presented(charger, shown, clock.now());
  return spent === null ? null : { reason: `its client certificate ${spent}`, certificate: true };
}

/** Compares with the one secret, or with a dummy; and with those that wait to be used. */
function secretShown(password: Uint8Array | null, credentials: Credentials | null, secrets: SecretBox): string | null {
  const forms = formsOf(password ?? Buffer.alloc(0));
  const known = [credentials?.secretMac ?? null, ...(credentials?.nextSecretMacs ?? [])];
  return known.find((mac) => forms.some((form) => secrets.matches(form, mac))) ?? null;
}
