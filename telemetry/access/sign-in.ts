import { CHARGING_STATION } from '#estate/device.ts';
import { PolisError } from '#estate/errors.ts';
import { ID_PATTERN, type DeviceId } from '#estate/ids.ts';
import type { Records } from '#storage/records.ts';
import { findCredentials, takeSecretIntoUse, type Credentials } from '#storage/registry.ts';
import type { SecretBox } from '#storage/secrets.ts';
import { gateway } from '../devices/gateway/index.ts';
import type { ShownCertificate } from '../doors/client-certificate.ts';
import type { Speaker } from './access.ts';
import { findCertificate } from './device-certificates.ts';

interface SignInDeps {
  records: Records;
  secrets: SecretBox;
}

/** What a client shows of itself. */
export interface Claim {
  id: string | undefined;
  password: Uint8Array;
  certificate: ShownCertificate | null;
}

/**
 * Who signs in with this id, and a secret or a certificate. An unknown id takes as long as a wrong secret. A certificate
 * that is no good does not stand in the way of a good secret: many devices show one that their maker gave them.
 *
 * @throws PolisError `unauthenticated`; `forbidden` for a charger, which speaks OCPP, and for a device without a site.
 */
export async function signIn(deps: SignInDeps, claim: Claim): Promise<Speaker> {
  const { id, certificate } = claim;
  const found = id !== undefined && ID_PATTERN.test(id) ? await deps.records.run(findCredentials, id) : null;
  const fault = certificate && (await faultOf(deps, certificate, id));
  const proven = (await hasSecret(deps, found, claim.password)) || (certificate !== null && fault === null);
  if (!found || !proven) {
    const instead = fault === null ? '' : ` Its certificate does not help: ${fault}.`;
    throw new PolisError(
      'unauthenticated',
      `No device has this id and secret; register it with PUT /v1/devices/{id}.${instead}`,
    );
  }
  const { device } = found;
  if (device.type === CHARGING_STATION) {
    throw new PolisError('forbidden', `${device.id} is a charger: it speaks OCPP, not MQTT.`);
  }
  if (device.site === null) {
    throw new PolisError('forbidden', `${device.id} has no site; place it with PUT /v1/devices/${device.id}.`);
  }
  return { id: device.id, site: device.site, gateway: device.type === gateway.type };
}

/** Whether the secret is valid. One that was handed out to take the place of another does so when it is first used. */
async function hasSecret({ records, secrets }: SignInDeps, found: Credentials | null, password: Uint8Array) {
  if (secrets.matches(password, found?.secretMac)) return true;
  const next = found?.nextSecretMacs.find((mac) => secrets.matches(password, mac));
  if (!found || next === undefined) return false;
  await records.run(takeSecretIntoUse, { id: found.device.id, secretMac: next });
  return true;
}

/** Why a certificate proves nothing; null: its device is the one that it names. */
async function faultOf(
  { records }: SignInDeps,
  { name, fingerprint, ours, fault }: ShownCertificate,
  id: DeviceId | undefined,
): Promise<string | null> {
  if (fault !== null) return fault;
  if (name !== id) return `it is made out to ${name.slice(0, 64)}`;
  if (!ours) return null;
  const onRecord = await records.run(findCertificate, fingerprint);
  if (onRecord?.device !== id) return 'it is not on record';
  return onRecord.revokedAt === null ? null : 'it was revoked';
}
