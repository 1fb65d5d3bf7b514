import { z } from 'zod';
import type { CertificateUse, InstalledCertificate, TrustedFor } from '#charging/index.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import type { Moment, Phrases } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import type { Arrival } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { text } from '../messages/tolerant.ts';

/** What both versions have in common in the handling of certificates. */

/** The answer to the request leaves first: some chargers give up on a certificate that comes before it. */
export const DELIVERS_AFTER_MS = SECOND;

/**
 * Has a charger's request signed, and sends the certificate once the request was answered.
 *
 * @returns why not; null: it is on its way.
 */
export async function sign(
  { csr, use }: { csr: string; use: CertificateUse },
  { charger, receivedAt, desk }: Arrival,
  deliver: (chain: string) => OutboundCall,
): Promise<string | null> {
  const verdict = await desk.charging.certificates.requested(charger, { csr, use, at: receivedAt });
  if ('refused' in verdict) {
    desk.ground.log.info({ charger: charger.id, reason: verdict.refused }, 'A certificate was not signed.');
    return verdict.refused;
  }
  desk.ground.clock.after(DELIVERS_AFTER_MS, () => {
    desk.call(charger.id, deliver(verdict.chain)).catch((error: unknown) => {
      // It asks again when it has waited for long enough.
      desk.ground.log.info({ charger: charger.id, error: messageOf(error) }, 'A certificate could not be handed over.');
    });
  });
  return null;
}

/** How OCPP names a certificate that is not a charger's own (2.0.1 CertificateHashDataType, the same in 1.6). */
export const certificateHashData = z.object({
  hashAlgorithm: text,
  issuerNameHash: text,
  issuerKeyHash: text,
  serialNumber: text,
});

export function installedOf(type: TrustedFor, hashes: z.output<typeof certificateHashData>): InstalledCertificate {
  const { serialNumber, ...rest } = hashes;
  return { type, ...rest, serial: serialNumber };
}

export const deletingCertificate: Phrases = {
  'delete-certificate': async ({ serial }, moment) => ({
    action: 'DeleteCertificate',
    payload: { certificateHashData: await hashesOf(serial, moment) },
  }),
};

/** The hashes by which a charger knows the certificate of that serial number; it must have listed it. */
async function hashesOf(serial: string, { charging, charger }: Moment) {
  const installed = await charging.certificates.installed(charger.id);
  const found = installed.find((one) => one.serial.toLowerCase() === serial.toLowerCase());
  if (!found) {
    const message = `${charger.id} has listed no certificate ${serial}; ask it with the command list-certificates first.`;
    throw new PolisError('invalid', message);
  }
  const { hashAlgorithm, issuerNameHash, issuerKeyHash } = found;
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber: found.serial };
}

/** What is to be installed: the certificate that was given, or the roots of this installation. */
export function certificatesToInstall(given: string | undefined, { charging }: Moment): string[] {
  if (given !== undefined) return [given];
  const roots = charging.certificates.authority?.roots.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n?/g);
  if (roots) return roots;
  throw new PolisError('invalid', 'This installation has no roots of its own: say which certificate.');
}

/** The charger answers to its certificate. */
export const certificateSigned = outbound('CertificateSigned', {
  request: z.object({ certificateChain: text }),
  response: z.object({ status: text }),
  async answered({ request, response, charger, desk, at }) {
    const accepted = response.status === 'Accepted';
    await desk.charging.certificates.delivered(charger.id, { chain: request.certificateChain, accepted, at });
  },
});

/** Accepted or NotFound: it has it no longer. */
export const deleteCertificate = outbound('DeleteCertificate', {
  request: z.object({ certificateHashData }),
  response: z.object({ status: text }),
  async answered({ request, response, charger, desk }) {
    const { serialNumber: serial, issuerKeyHash } = request.certificateHashData;
    if (response.status === 'Failed') return;
    await desk.charging.certificates.deleted(charger.id, { serial, issuerKeyHash });
  },
  isGranted: ({ status }) => status === 'Accepted' || status === 'NotFound',
});
