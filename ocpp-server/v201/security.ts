import { z } from 'zod';
import { TRUSTED_FOR, type TrustedFor } from '#charging/index.ts';
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
import { list, maybe, text } from '../messages/tolerant.ts';

/** GetCertificateIdUseEnumType; what can be installed has the same words. */
const TYPES: Record<TrustedFor, string> = {
  'central-system-root': 'CSMSRootCertificate',
  'manufacturer-root': 'ManufacturerRootCertificate',
  'v2g-root': 'V2GRootCertificate',
  'mobility-operator-root': 'MORootCertificate',
  'v2g-chain': 'V2GCertificateChain',
};

const V2G = 'V2GCertificate';

const installedChain = z.object({
  certificateType: text,
  certificateHashData,
  childCertificateHashData: list(certificateHashData),
});

/** Certificates, secrets and security events (OCPP 2.0.1 functional blocks A and M). */
export const security: Block = {
  inbound: [
    inbound('SignCertificate', z.object({ csr: text, certificateType: maybe(text) }), async (message, arrival) => {
      const { csr, certificateType } = message;
      const type = certificateType === undefined ? {} : { certificateType };
      const use = certificateType === V2G ? 'v2g' : 'charging-station';
      const refusal = await sign({ csr, use }, arrival, (certificateChain) => ({
        action: 'CertificateSigned',
        payload: { certificateChain, ...type },
      }));
      return refusal === null
        ? { status: 'Accepted' }
        : { status: 'Rejected', statusInfo: told('InvalidCSR', refusal) };
    }),
    // Both come from cars, and lead to services outside of the platform (use cases M01, M02, M06).
    inbound('Get15118EVCertificate', z.object({}), () =>
      Promise.resolve({
        status: 'Failed',
        statusInfo: told('NotEnabled', 'No contract certificate pool is set up here.'),
        exiResponse: '',
      }),
    ),
    inbound('GetCertificateStatus', z.object({}), () =>
      Promise.resolve({ status: 'Failed', statusInfo: told('NotEnabled', 'No OCSP responder is set up here.') }),
    ),
    securityEvent,
  ],
  outbound: [
    certificateSigned,
    outbound('InstallCertificate'),
    deleteCertificate,
    outbound('GetInstalledCertificateIds', {
      request: z.object({ certificateType: list(text) }),
      response: z.object({ status: text, certificateHashDataChain: list(installedChain) }),
      async answered({ request, response, charger, desk, at }) {
        const asked = request.certificateType;
        const types = TRUSTED_FOR.filter((type) => asked.length === 0 || asked.includes(TYPES[type]));
        const installed = response.certificateHashDataChain.flatMap((chain) => {
          const type = TRUSTED_FOR.find((one) => TYPES[one] === chain.certificateType);
          if (type === undefined) return [];
          const hashes = [chain.certificateHashData, ...chain.childCertificateHashData];
          return hashes.map((each) => installedOf(type, each));
        });
        await desk.charging.certificates.listed(charger.id, { types, installed, at });
      },
      // NotFound: it has none of these.
      isGranted: ({ status }) => status === 'Accepted' || status === 'NotFound',
    }),
  ],
  phrases: {
    'renew-certificate': ({ use }) => ({
      action: 'TriggerMessage',
      payload: { requestedMessage: use === 'v2g' ? 'SignV2GCertificate' : 'SignChargingStationCertificate' },
    }),
    'install-certificate': ({ type, certificate }, moment) =>
      certificatesToInstall(certificate, moment).map((pem) => ({
        action: 'InstallCertificate',
        payload: { certificateType: TYPES[type], certificate: pem },
      })),
    ...deletingCertificate,
    'list-certificates': ({ type }) => ({
      action: 'GetInstalledCertificateIds',
      payload: type === undefined ? {} : { certificateType: [TYPES[type]] },
    }),
    'rotate-password': (_command, { random }) => ({
      action: 'SetVariables',
      payload: {
        setVariableData: [
          {
            component: { name: 'SecurityCtrlr' },
            variable: { name: 'BasicAuthPassword' },
            attributeValue: newSecret(random),
          },
        ],
      },
    }),
  },
};

/** StatusInfoType: a code of at most 20 characters, and at most 512 more. */
function told(reasonCode: string, additionalInfo: string) {
  return { reasonCode, additionalInfo: additionalInfo.slice(0, 512) };
}
