import { CHARGING_STATION } from '#estate/device.ts';
import type { Clock } from '#estate/clock.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import { findCredentials } from '#storage/registry.ts';
import type { Records } from '#storage/records.ts';
import type { DeviceType } from '../devices/list.ts';
import type { MetricBirth } from '../dialects/dialect.ts';
import { listBorn, noteBirth, noteRemoval, type BornDevice } from './tables.ts';

/** Which devices there are at a site, what type each has and which node speaks for it. */
export interface Directory {
  /** Reads what was born before. */
  load(): Promise<void>;
  /** Makes sure that typeOf() knows of the devices of these points what the register says; null when it does already. */
  lookUp(site: SiteId, points: readonly { device: DeviceId }[]): Promise<void> | null;
  /** What the register said of a device no longer holds. */
  forget(device: DeviceId): void;
  /** By its birth, else by the register; undefined when neither knows it. */
  typeOf(site: SiteId, device: DeviceId): DeviceType | undefined;
  /** Whether it was born or is registered, as a device or as a node; by the register where lookUp() has asked it. */
  isKnown(site: SiteId, device: DeviceId): boolean;
  /** The node that a device was born behind. */
  nodeOf(site: SiteId, device: DeviceId): DeviceId | undefined;
  /** How often values are expected, s, by metric; of those of which its birth says so. */
  periodsOf(site: SiteId, device: DeviceId): ReadonlyMap<string, number> | undefined;
  /** How many devices were born behind a node. */
  sizeOf(site: SiteId, node: DeviceId): number;
  born(device: BornDevice): Promise<void>;
  removed(device: { site: SiteId; device: DeviceId; node: DeviceId }): Promise<void>;
  /** All that were born. */
  all(): Iterable<BornDevice>;
}

/** So long an answer of the register is believed. */
const BELIEVED_MS = MINUTE;
const MOST_BELIEVED = 20_000;

interface Resident extends BornDevice {
  /** Of the metrics of which its birth says one, s. */
  periods: ReadonlyMap<string, number>;
}

export function createDirectory(deps: {
  records: Records;
  clock: Clock;
  typeNamed: (name: string) => DeviceType | undefined;
}): Directory {
  const { records, clock, typeNamed } = deps;
  const born = new Map<string, Resident>();
  const register = createBelief(records, clock);
  const behind = new Map<string, number>();
  const key = (site: SiteId, device: DeviceId) => `${site}/${device}`;
  const counted = (site: SiteId, node: DeviceId, by: 1 | -1) =>
    behind.set(key(site, node), (behind.get(key(site, node)) ?? 0) + by);

  const keep = (device: BornDevice) => {
    const before = born.get(key(device.site, device.device));
    if (before) counted(before.site, before.node, -1);
    counted(device.site, device.node, 1);
    born.set(key(device.site, device.device), { ...device, periods: periodsOf(device) });
  };

  const typeOf = (site: SiteId, device: DeviceId) => {
    const name = born.get(key(site, device))?.type ?? register.typeOf(site, device);
    return name == null ? undefined : typeNamed(name);
  };
  const sizeOf = (site: SiteId, node: DeviceId) => behind.get(key(site, node)) ?? 0;

  return {
    async load() {
      for (const device of await records.run(listBorn, {})) keep(device);
    },
    lookUp(site, points) {
      const unborn = points.filter(({ device }) => !born.has(key(site, device)));
      return register.lookUp(unborn.map(({ device }) => device));
    },
    forget: (device) => register.forget(device),
    typeOf,
    isKnown: (site, device) => typeOf(site, device) !== undefined || sizeOf(site, device) > 0,
    periodsOf: (site, device) => born.get(key(site, device))?.periods,
    nodeOf: (site, device) => born.get(key(site, device))?.node,
    sizeOf,
    async born(device) {
      await records.run(noteBirth, device);
      keep(device);
    },
    async removed({ site, device, node }) {
      if (born.get(key(site, device))?.node !== node) return;
      await records.run(noteRemoval, { site, device, node });
      born.delete(key(site, device));
      counted(site, node, -1);
    },
    all: () => born.values(),
  };
}

function periodsOf({ metrics }: BornDevice): ReadonlyMap<string, number> {
  // We wrote them, from a birth that was read.
  const said = Object.entries(JSON.parse(metrics) as Record<string, MetricBirth>);
  return new Map(said.flatMap(([metric, { period }]) => (period === undefined ? [] : [[metric, period]])));
}

/** What the register said of devices, for as long as that is believed. */
function createBelief(records: Records, clock: Clock) {
  const registered = new Map<DeviceId, { site: SiteId | null; type: string | null; until: Millis }>();
  const ask = async (id: DeviceId) => {
    const found = (await records.run(findCredentials, id))?.device;
    const type = found && found.type !== CHARGING_STATION ? found.type : null;
    if (registered.size >= MOST_BELIEVED) registered.clear();
    registered.set(id, { site: found?.site ?? null, type, until: clock.now() + BELIEVED_MS });
  };
  const askAll = async (devices: ReadonlySet<DeviceId>) => {
    await Promise.all([...devices].map(ask));
  };
  return {
    lookUp(devices: readonly DeviceId[]): Promise<void> | null {
      const now = clock.now();
      const unknown = devices.filter((device) => (registered.get(device)?.until ?? 0) <= now);
      return unknown.length === 0 ? null : askAll(new Set(unknown));
    },
    typeOf(site: SiteId, device: DeviceId) {
      const found = registered.get(device);
      return found?.site === site ? found.type : null;
    },
    forget: (device: DeviceId) => void registered.delete(device),
  };
}
