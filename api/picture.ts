import type { Building } from '#building/index.ts';
import type { Charging, Station } from '#charging/index.ts';
import type { Alarm } from '#estate/alarm.ts';
import type { Clock } from '#estate/clock.ts';
import type { Fact } from '#estate/fact.ts';
import type { Feed } from '#estate/feed.ts';
import type { SiteId } from '#estate/ids.ts';
import type { Site } from '#estate/site.ts';
import { SECOND } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import { listSites } from '#storage/registry.ts';
import type { FieldDevice, Telemetry } from '#telemetry/index.ts';
import { knownChargers } from './known-chargers.ts';

/** More than any estate has: the picture is of all of it. */
const ALL = 1_000_000;
const OLDEST_MS = 5 * SECOND;
const OLDEST_AFTER_A_FACT_MS = SECOND / 4;

/** The state of the estate at one moment, by site. */
export interface Picture {
  /** By id. */
  sites: readonly Site[];
  of(site: SiteId): { stations: readonly Station[]; alarms: readonly Alarm[]; devices: readonly FieldDevice[] };
}

/**
 * What maps, lists of sites and drivers look at: 2,100 sites in four queries rather than three for each. It is kept for
 * a moment, so that many who look at once cost as much as one.
 */
export interface EstatePicture {
  now(): Promise<Picture>;
  /** The next look is a new one: something was changed by whoever looks. */
  forget(): void;
  start(): void;
  stop(): void;
}

export function createEstatePicture(deps: {
  stores: { records: Records };
  parts: { charging: Charging; building: Building; telemetry: Telemetry };
  facts: Feed<Fact>;
  clock: Clock;
}): EstatePicture {
  const { stores, parts, facts, clock } = deps;
  let taken: { picture: Promise<Picture>; atMs: number; isOld: boolean } | null = null;
  let unlisten = () => {};

  async function take(): Promise<Picture> {
    const [sites, stations, devices, alarms] = await Promise.all([
      stores.records.run(listSites, { limit: ALL }),
      knownChargers(deps, { limit: ALL }),
      parts.telemetry.devices({}),
      parts.building.alarms({ active: true, limit: ALL }),
    ]);
    const stationsOf = Map.groupBy(stations, (station) => station.site);
    const devicesOf = Map.groupBy(devices, (device) => device.site);
    const alarmsOf = Map.groupBy(alarms, (alarm) => alarm.site);
    return {
      sites,
      of: (site) => ({
        stations: stationsOf.get(site) ?? [],
        alarms: alarmsOf.get(site) ?? [],
        devices: devicesOf.get(site) ?? [],
      }),
    };
  }

  return {
    now() {
      const ageMs = taken ? clock.now() - taken.atMs : Infinity;
      if (taken && ageMs >= 0 && ageMs < (taken.isOld ? OLDEST_AFTER_A_FACT_MS : OLDEST_MS)) return taken.picture;
      const taking = { picture: take(), atMs: clock.now(), isOld: false };
      taken = taking;
      taking.picture.catch(() => {
        if (taken === taking) taken = null;
      });
      return taking.picture;
    },
    forget() {
      taken = null;
    },
    start() {
      unlisten = facts.listen((fact) => {
        if (taken && fact.kind !== 'reading' && fact.kind !== 'session-metered') taken.isOld = true;
      });
    },
    stop: () => unlisten(),
  };
}
