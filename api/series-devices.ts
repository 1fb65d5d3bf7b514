import type { Charging } from '#charging/index.ts';
import { CHARGING_STATION, evseDevice } from '#estate/device.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Records } from '#storage/records.ts';
import type { Telemetry } from '#telemetry/index.ts';
import { knownDevices } from './known-devices.ts';

/** A device as the series know it: an EVSE is one, `{charger}:{evse}`. */
export interface SeriesDevice {
  id: DeviceId;
  site: SiteId | null;
  type: string;
  synthetic: boolean;
}

const ALL = 1_000_000;

/** The devices that measure at a site, or of a type. */
export async function seriesDevices(
  deps: { stores: { records: Records }; parts: { charging: Charging; telemetry: Telemetry } },
  { site, type }: { site?: SiteId | undefined; type?: string | undefined },
): Promise<SeriesDevice[]> {
  const { stores, parts } = deps;
  const isWanted = (one: string) => type === undefined || type === one;
  const devices = await knownDevices({ records: stores.records, telemetry: parts.telemetry }, { site });
  const known = devices
    .filter((device) => isWanted(device.type))
    .map(({ id, site: at, type: of, synthetic }) => {
      return { id, site: at, type: of, synthetic };
    });
  if (!isWanted(CHARGING_STATION)) return known;
  const stations = await parts.charging.stations({ limit: ALL, ...(site === undefined ? {} : { site }) });
  const evses = stations.flatMap(({ id, site: at, connectors, synthetic }) =>
    [...new Set(connectors.map(({ evse }) => evse))]
      .filter((evse) => evse > 0)
      .map((evse) => ({ id: evseDevice(id, evse), site: at, type: CHARGING_STATION, synthetic })),
  );
  return [...known, ...evses];
}
