import type { Charging, Station } from '#charging/index.ts';
import { CHARGING_STATION, type Device } from '#estate/device.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Records } from '#storage/records.ts';
import { PolisError } from '#estate/errors.ts';
import { findCredentials, listDevices } from '#storage/registry.ts';

interface Sources {
  stores: { records: Records };
  parts: { charging: Charging };
}

/** The registered chargers by id, those that were never heard among them. */
export async function knownChargers(
  { stores, parts }: Sources,
  query: { site?: SiteId; after?: DeviceId; limit: number },
): Promise<Station[]> {
  const [registered, heard] = await Promise.all([
    stores.records.run(listDevices, { ...query, type: CHARGING_STATION }),
    parts.charging.stations(query),
  ]);
  const stations = new Map(heard.map((station) => [station.id, station]));
  return registered.map((device) => joined(device, stations.get(device.id)));
}

/** @throws PolisError `not-found` for anything but a registered charger. */
export async function chargerMustExist({ stores }: Pick<Sources, 'stores'>, id: DeviceId): Promise<void> {
  const found = await stores.records.run(findCredentials, id);
  if (found?.device.type !== CHARGING_STATION) throw unknownCharger(id);
}

export function unknownCharger(id: DeviceId): PolisError {
  return new PolisError('not-found', `There is no charger ${id}; register it with PUT /v1/chargers/${id}.`);
}

/** A registered charger; null for anything else. */
export async function knownCharger({ stores, parts }: Sources, id: DeviceId): Promise<Station | null> {
  const [credentials, heard] = await Promise.all([stores.records.run(findCredentials, id), parts.charging.station(id)]);
  if (credentials?.device.type !== CHARGING_STATION) return null;
  return joined(credentials.device, heard ?? undefined);
}

function joined({ id, site, synthetic }: Device, heard: Station | undefined): Station {
  return {
    vendor: null,
    model: null,
    serial: null,
    firmware: null,
    protocol: null,
    online: false,
    lastSeen: null,
    connectors: [],
    condition: null,
    ...heard,
    id,
    site,
    synthetic,
  };
}
