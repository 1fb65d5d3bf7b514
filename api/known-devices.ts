import { CHARGING_STATION } from '#estate/device.ts';
import { PolisError } from '#estate/errors.ts';
import type { SiteId } from '#estate/ids.ts';
import type { Records } from '#storage/records.ts';
import { listDevices } from '#storage/registry.ts';
import type { Telemetry } from '#telemetry/index.ts';
import { viewDevice, type DeviceView } from './views/device.ts';

const ALL = 1_000_000;

/**
 * The devices of a site, or of all: those registered and those born behind a gateway, with their newest values; chargers
 * apart. By id, and then by site: behind gateways an id is unique within its site only.
 */
export async function knownDevices(
  deps: { records: Records; telemetry: Telemetry },
  query: { site?: SiteId | undefined },
): Promise<DeviceView[]> {
  const site = query.site === undefined ? {} : { site: query.site };
  const [registered, born] = await Promise.all([
    deps.records.run(listDevices, { ...site, exceptType: CHARGING_STATION, limit: ALL }),
    deps.telemetry.devices(site),
  ]);
  const byId = new Map(registered.map((device) => [device.id, device]));
  const places = new Set([...registered, ...born].flatMap((device) => device.site ?? []));
  const measured = Map.groupBy(
    [...places].flatMap((place) => deps.telemetry.latest(place)),
    (reading) => `${reading.site}/${reading.device}`,
  );
  const behind = Map.groupBy(born, (one) => `${one.site}/${one.node}`);
  const received: Telemetry['received'] = (device) => deps.telemetry.received(device);
  const seen = new Set<string>();
  const fromField = born.map((one) => {
    const own = byId.get(one.device);
    const isOwn = own !== undefined && own.site === one.site;
    if (isOwn) seen.add(own.id);
    return viewDevice({
      registered: isOwn ? own : undefined,
      born: one,
      node: byId.get(one.node),
      readings: measured.get(`${one.site}/${one.device}`),
      received,
    });
  });
  const neverBorn = registered
    .filter((device) => !seen.has(device.id))
    .map((device) =>
      viewDevice({
        registered: device,
        online: device.site !== null && deps.telemetry.isOnline({ site: device.site, node: device.id }),
        behind: behind.get(`${device.site}/${device.id}`),
        readings: measured.get(`${device.site}/${device.id}`),
        received,
      }),
    );
  return [...fromField, ...neverBorn]
    .filter((view) => view !== null)
    .toSorted((a, b) => compare(a.id, b.id) || compare(a.site ?? '', b.site ?? ''));
}

/** @throws PolisError `not-found`. */
export async function deviceOf(
  { stores, parts }: { stores: { records: Records }; parts: { telemetry: Telemetry } },
  id: string,
  site: string | undefined,
): Promise<DeviceView> {
  const devices = await knownDevices({ records: stores.records, telemetry: parts.telemetry }, { site });
  const device = devices.find((one) => one.id === id);
  if (!device) throw new PolisError('not-found', `There is no device ${id}; register it with PUT /v1/devices/${id}.`);
  return device;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
