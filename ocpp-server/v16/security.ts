import { z } from 'zod';
import { TRUSTED_FOR, type TrustedFor } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import {
  certificateHashData,
  certificatesToInstall,
  certificateSigned,
  deleteCertificate,
  deletingCertificate,
  installedOf,
  sign,
} from '../both-versions/certificates.ts';
import { newSecret } from '../both-versions/new-secrets.ts';
import { securityEvent } from '../both-versions/security-event.ts';
import type { Block } from '../messages/block.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { list, text } from '../messages/tolerant.ts';

/** In which words 1.6 says what a certificate is trusted for; it knows no more. */
const TYPES: Partial<Record<TrustedFor, string>> = {
  'central-system-root': 'CentralSystemRootCertificate',
  'manufacturer-root': 'ManufacturerRootCertificate',
};

/** Certificates, secrets and security events (OCPP 1.6 security whitepaper, edition 3, §4 and §5). */
export const security: Block = {
  inbound: [
    inbound('SignCertificate', z.object({ csr: text }), async ({ csr }, arrival) => {
      const refusal = await sign({ csr, use: 'charging-station' }, arrival, (certificateChain) => ({
        action: 'CertificateSigned',
        payload: { certificateChain },
      }));
      return { status: refusal === null ? 'Accepted' : 'Rejected' };
    }),
    securityEvent,
  ],
  outbound: [
    certificateSigned,
    outbound('InstallCertificate'),
    deleteCertificate,
    outbound('GetInstalledCertificateIds', {
      request: z.object({ certificateType: text }),
      response: z.object({ status: text, certificateHashData: list(certificateHashData) }),
      async answered({ request, response, charger, desk, at }) {
        const type = TRUSTED_FOR.find((one) => TYPES[one] === request.certificateType);
        if (type === undefined) return;
        const installed = response.certificateHashData.map((hashes) => installedOf(type, hashes));
        await desk.charging.certificates.listed(charger.id, { types: [type], installed, at });
      },
      // NotFound: it has none of these.
      isGranted: ({ status }) => status === 'Accepted' || status === 'NotFound',
    }),
  ],
  phrases: {
    'renew-certificate': ({ use }) => {
      if (use !== 'charging-station') throw unsaid(`certificates for ${use}`);
      return { action: 'ExtendedTriggerMessage', payload: { requestedMessage: 'SignChargePointCertificate' } };
    },
    'install-certificate': ({ type, certificate }, moment) =>
      certificatesToInstall(certificate, moment).map((pem) => ({
        action: 'InstallCertificate',
        payload: { certificateType: typeOf(type), certificate: pem },
      })),
    ...deletingCertificate,
    'list-certificates': ({ type }) =>
      (type === undefined ? Object.values(TYPES) : [typeOf(type)]).map((certificateType) => ({
        action: 'GetInstalledCertificateIds',
        payload: { certificateType },
      })),
    'rotate-password': (_command, { random }) => ({
      action: 'ChangeConfiguration',
      payload: { key: 'AuthorizationKey', value: newSecret(random) },
    }),
  },
};

function typeOf(type: TrustedFor): string {
  const name = TYPES[type];
  if (name === undefined) throw unsaid(`certificates of the type ${type}`);
  return name;
}

function unsaid(what: string): PolisError {
  return new PolisError('invalid', `A charger of OCPP 1.6 knows no ${what}.`);
}
