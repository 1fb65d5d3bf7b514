import { z } from 'zod';
import { SECOND } from '#estate/units.ts';
import { type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { belongTogether, hashDataOf, newSigningRequest } from './signing-request.ts';
import { variables } from './variables.ts';

/** Certificates and secrets at the charger's side (1.6 security whitepaper; 2.0.1 functional blocks A and M). */

/** How long a charger takes until it comes back with what it was given. */
const RECONNECTS_AFTER_MS = 2 * SECOND;

/** Makes a new key and asks to have it signed. The one in use stays until a certificate came for the new one. */
export function askForCertificate(controls: Controls, more: Record<string, unknown> = {}): void {
  const asks = newSigningRequest(controls.charger.plan.id).then(({ csr, key }) => {
    controls.credentials.nextKey = key;
    return controls.send({ action: 'SignCertificate', payload: { csr, ...more } });
  });
  // A request that is lost is made again when it is triggered again.
  void asks.catch(() => null);
}

/** Takes a certificate if it is for the key that it asked with, and comes back with it. */
function takeCertificate(chain: string, controls: Controls) {
  const { credentials } = controls;
  const key = credentials.nextKey;
  if (key === null || !belongTogether(chain, key)) return statusOnly('Rejected');
  Object.assign(credentials, { certificate: chain, key, nextKey: null });
  return statusOnly('Accepted', () => controls.reconnect(RECONNECTS_AFTER_MS));
}

/** Takes a secret, which it signs in with from the next connection on. */
function takeSecret(secret: string, controls: Controls): string {
  if (secret.length < 16 || secret.length > 40) return 'Rejected';
  controls.credentials.secret = secret;
  return 'Accepted';
}

function install({ type, pem }: { type: string; pem: string }, { credentials }: Controls) {
  if (hashDataOf(pem) === null) return statusOnly('Failed');
  const others = credentials.trusted.filter((one) => one.type !== type || one.pem !== pem);
  credentials.trusted = [...others, { type, pem }];
  return statusOnly('Accepted');
}

function forget(serial: string, { credentials }: Controls) {
  const kept = credentials.trusted.filter(({ pem }) => hashDataOf(pem)?.serialNumber !== serial);
  const found = kept.length < credentials.trusted.length;
  credentials.trusted = kept;
  return statusOnly(found ? 'Accepted' : 'NotFound');
}

const certificateSigned = z.object({ certificateChain: z.string() });
const installed = z.object({ certificateType: z.string(), certificate: z.string() });
const deleted = z.object({ certificateHashData: z.object({ serialNumber: z.string() }) });

const v16: Record<string, Handler> = {
  ExtendedTriggerMessage: handler(
    z.object({ requestedMessage: z.string() }),
    'FormationViolation',
    ({ requestedMessage }, controls) =>
      requestedMessage === 'SignChargePointCertificate'
        ? statusOnly('Accepted', () => askForCertificate(controls))
        : statusOnly('NotImplemented'),
  ),
  CertificateSigned: handler(certificateSigned, 'FormationViolation', ({ certificateChain }, controls) =>
    takeCertificate(certificateChain, controls),
  ),
  InstallCertificate: handler(
    installed,
    'FormationViolation',
    ({ certificateType: type, certificate: pem }, controls) => install({ type, pem }, controls),
  ),
  DeleteCertificate: handler(deleted, 'FormationViolation', ({ certificateHashData }, controls) =>
    forget(certificateHashData.serialNumber, controls),
  ),
  GetInstalledCertificateIds: handler(
    z.object({ certificateType: z.string() }),
    'FormationViolation',
    ({ certificateType }, { credentials }) => {
      const found = credentials.trusted.filter(({ type }) => type === certificateType);
      if (found.length === 0) return statusOnly('NotFound');
      return { payload: { status: 'Accepted', certificateHashData: found.map(({ pem }) => hashDataOf(pem)) } };
    },
  ),
  ChangeConfiguration: (payload, controls) => {
    const key = z.object({ key: z.literal('AuthorizationKey'), value: z.string() }).safeParse(payload).data;
    if (!key) return variables.v16['ChangeConfiguration']?.(payload, controls) ?? statusOnly('NotSupported');
    const status = takeSecret(key.value, controls);
    return statusOnly(status, () => status === 'Accepted' && controls.reconnect(RECONNECTS_AFTER_MS));
  },
};

const password = z.object({
  component: z.object({ name: z.literal('SecurityCtrlr') }),
  variable: z.object({ name: z.literal('BasicAuthPassword') }),
  attributeValue: z.string(),
});

const v201: Record<string, Handler> = {
  CertificateSigned: handler(certificateSigned, 'FormatViolation', ({ certificateChain }, controls) =>
    takeCertificate(certificateChain, controls),
  ),
  InstallCertificate: handler(installed, 'FormatViolation', ({ certificateType: type, certificate: pem }, controls) =>
    install({ type, pem }, controls),
  ),
  DeleteCertificate: handler(deleted, 'FormatViolation', ({ certificateHashData }, controls) =>
    forget(certificateHashData.serialNumber, controls),
  ),
  GetInstalledCertificateIds: handler(
    z.object({ certificateType: z.array(z.string()).optional() }),
    'FormatViolation',
    ({ certificateType: asked }, { credentials }) => {
      const found = credentials.trusted.filter(({ type }) => asked === undefined || asked.includes(type));
      if (found.length === 0) return statusOnly('NotFound');
      const certificateHashDataChain = found.map(({ type: certificateType, pem }) => ({
        certificateType,
        certificateHashData: hashDataOf(pem),
      }));
      return { payload: { status: 'Accepted', certificateHashDataChain } };
    },
  ),
  SetVariables: (payload, controls) => {
    const asked = z.object({ setVariableData: z.tuple([password]) }).safeParse(payload).data;
    if (!asked) return variables.v201['SetVariables']?.(payload, controls) ?? statusOnly('NotSupported');
    const [{ attributeValue, ...named }] = asked.setVariableData;
    const attributeStatus = takeSecret(attributeValue, controls);
    return {
      payload: { setVariableResult: [{ ...named, attributeStatus }] },
      afterwards: () => attributeStatus === 'Accepted' && controls.reconnect(RECONNECTS_AFTER_MS),
    };
  },
};

export const security = { v16, v201 };
