import { CHARGING_STATION } from '#estate/device.ts';
import { PolisError } from '#estate/errors.ts';
import { ID_PATTERN } from '#estate/ids.ts';
import type { Records } from '#storage/records.ts';
import { findCredentials } from '#storage/registry.ts';
import type { SecretBox } from '#storage/secrets.ts';
import type { Speaker } from './access.ts';
import { gateway } from './devices/gateway/index.ts';

/**
 * Who signs in with this id and secret. An unknown id takes as long as a wrong secret.
 *
 * @throws PolisError `unauthenticated`; `forbidden` for a charger, which speaks OCPP, and for a device without a site.
 */
export async function signIn(
  deps: { records: Records; secrets: SecretBox },
  shown: { id: string | undefined; password: Uint8Array },
): Promise<Speaker> {
  const { id, password } = shown;
  const found = id !== undefined && ID_PATTERN.test(id) ? await deps.records.run(findCredentials, id) : null;
  const matches = deps.secrets.matches(password, found?.secretMac);
  if (!found || !matches) {
    throw new PolisError('unauthenticated', 'No device has this id and secret; register it with PUT /v1/devices/{id}.');
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
