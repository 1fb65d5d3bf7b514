import { X509Certificate } from 'node:crypto';
import type { Cancel } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import type { ChargingFact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import { DAY, HOUR, MINUTE, type Millis } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { ChargerRef } from '../domain.ts';
import { getStation } from '../stations.ts';
import type { Authority } from './authority.ts';
import type { CertificateUse, TrustedFor } from './commands.ts';
import { forgetInstalled, listInstalled, noteInstalled, type InstalledCertificate } from './installed.ts';
import {
  countRequests,
  endingCertificates,
  listCertificates,
  noteDelivery,
  notePresented,
  noteRequest,
  revokeCertificate,
  type ChargerCertificate,
  type Shown,
} from './own.ts';
import { readSigningRequest } from './signing-request.ts';

/** The certificates of chargers: those that they have, and those that they trust. */
export interface Certificates {
  /** The installation's own authority; null where none was set up. */
  readonly authority: Authority | null;
  /** From now on, tells each day of those that end soon. */
  start(): void;
  stop(): void;

  // Those that they have
  /** A charger asks for one. It is signed and kept before it is handed out. */
  requested(
    charger: ChargerRef,
    request: { csr: string; use: CertificateUse; at: Millis },
  ): Promise<{ chain: string } | { refused: string }>;
  /** The charger answered to a certificate that it was sent, PEM; only ours is taken note of. */
  delivered(charger: DeviceId, delivery: { chain: string; accepted: boolean; at: Millis }): Promise<void>;
  /** The charger signs in with one. Resolves with why it may not, in words that follow "its certificate", or null. */
  presented(charger: ChargerRef, shown: Shown, at: Millis): Promise<string | null>;
  /** @throws PolisError `not-found`. */
  revoke(charger: DeviceId, id: string, at: Millis): Promise<ChargerCertificate>;
  /** Newest first. */
  of(charger: DeviceId, limit: number): Promise<ChargerCertificate[]>;

  // Those that they trust
  listed(
    charger: DeviceId,
    list: { types: readonly TrustedFor[]; installed: readonly InstalledCertificate[]; at: Millis },
  ): Promise<void>;
  deleted(charger: DeviceId, certificate: { serial: string; issuerKeyHash: string }): Promise<void>;
  installed(charger: DeviceId): Promise<(InstalledCertificate & { seenAt: Millis })[]>;
}

/** Renewal takes a while to arrange; from then on the end is told each day. */
const TELLS_BEFORE_MS = 31 * DAY;
/** A charger that asks again and again costs little. */
const MOST_AN_HOUR = 20;

export interface CertificatesDeps {
  records: Records;
  ground: Ground;
  authority: Authority | null;
  tell: (facts: readonly ChargingFact[]) => void;
}

export function createCertificates({ records, ground, authority, tell }: CertificatesDeps): Certificates {
  const { clock, random, log } = ground;
  const validity = (charger: DeviceId, site: string | null, endsAt: Millis): ChargingFact => ({
    kind: 'certificate-validity',
    charger,
    site,
    at: clock.now(),
    endsAt,
  });
  const lookAtEnds = async () => {
    try {
      for (const { charger, endsAt } of await records.run(endingCertificates, clock.now() + TELLS_BEFORE_MS)) {
        const site = (await records.run(getStation, charger))?.site ?? null;
        if (endsAt !== null) tell([validity(charger, site, endsAt)]);
      }
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'Certificates that end soon could not be looked for.');
    }
  };
  const verdictOn = async (charger: ChargerRef, { csr, use, at }: { csr: string; use: CertificateUse; at: Millis }) => {
    if (authority === null) return { refused: 'this installation has no authority to sign it' };
    if (use === 'v2g') return { refused: 'cars trust authorities of their own, of which none is set up here' };
    const request = await readSigningRequest(csr, charger.id);
    return 'refused' in request ? request : authority.sign(request, at);
  };
  const cancels: Cancel[] = [];
  return {
    authority,
    start: () =>
      // Not at once, so that who listens is there.
      void cancels.push(
        clock.after(MINUTE, () => void lookAtEnds()),
        clock.every(DAY, () => void lookAtEnds()),
      ),
    stop: () => cancels.splice(0).forEach((cancel) => cancel()),
    async requested(charger, request) {
      const { use, at } = request;
      const asked = await records.run(countRequests, { charger: charger.id, since: at - HOUR });
      if (asked >= MOST_AN_HOUR) return { refused: `it has asked ${asked} times within an hour; try again later` };
      const verdict = await verdictOn(charger, request);
      await records.run(noteRequest, { id: random.text(20), charger: charger.id, use, at, verdict });
      return 'refused' in verdict ? verdict : { chain: verdict.pem };
    },
    async delivered(charger, { chain, accepted, at }) {
      const fingerprint = fingerprintOf(chain);
      if (fingerprint !== null) await records.run(noteDelivery, { charger, fingerprint, accepted, at });
    },
    async presented(charger, { serial, fingerprint, notAfter }, at) {
      const input = { charger: charger.id, shown: { serial, fingerprint, notAfter }, at, id: random.text(20) };
      const { spent, first } = await records.run(notePresented, input);
      if (spent === null && first) tell([validity(charger.id, charger.site, notAfter)]);
      return spent;
    },
    revoke: (charger, id, at) => records.run(revokeCertificate, { charger, id, at }),
    of: (charger, limit) => records.run(listCertificates, { charger, limit }),
    listed: (charger, list) => records.run(noteInstalled, { charger, ...list }),
    deleted: (charger, certificate) => records.run(forgetInstalled, { charger, ...certificate }),
    installed: (charger) => records.run(listInstalled, charger),
  };
}

/** Of the first certificate of a chain; null when it is none. */
function fingerprintOf(chain: string): string | null {
  try {
    return new X509Certificate(chain).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch {
    return null;
  }
}
