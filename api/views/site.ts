import { z } from 'zod';
import type { Station } from '#charging/index.ts';
import { CHARGING_STATION, evseDevice } from '#estate/device.ts';
import type { Reading } from '#estate/sample.ts';
import type { Site } from '#estate/site.ts';
import { isoTime } from '#estate/units.ts';
import { siteId, timeView } from '../fields.ts';

export const siteView = z
  .object({
    id: siteId,
    name: z.string(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    gridLimitW: z.number().nullable(),
    synthetic: z.boolean(),
  })
  .meta({ id: 'Site' });

const watts = z.number().nullable().meta({ description: 'W; null where nothing measures it' });

export const siteSummaryView = siteView
  .extend({
    state: z.enum(['ok', 'charging', 'offline', 'alarm', 'unknown']),
    chargers: z.int(),
    chargersOnline: z.int(),
    charging: z.int(),
    alarms: z.int(),
    power: z.object({ gridW: watts, pvW: watts, buildingW: watts, chargingW: watts }),
    updatedAt: timeView.nullable(),
  })
  .meta({ id: 'SiteSummary' });

export type SiteSummary = z.infer<typeof siteSummaryView>;

/** The device types whose W make up a site's balance. */
export const METERS = { gridW: 'grid-meter', pvW: 'pv-inverter', buildingW: 'building-meter' } as const;

/** What is known of a site at a moment. */
export interface SiteKnowledge {
  stations: readonly Station[];
  alarms: readonly unknown[];
  devices: readonly { online: boolean }[];
  readings: readonly Reading[];
}

/** A site in a line: its worst state, its chargers, its power now. */
export function summarise(site: Site, known: SiteKnowledge): SiteSummary {
  const { stations, alarms, devices, readings } = known;
  const online = stations.filter((station) => station.online);
  const charging = online.flatMap((station) => station.connectors.filter(({ state }) => state === 'charging')).length;
  const heard = readings.reduce((latest, reading) => Math.max(latest, reading.ts), 0);
  const state = () => {
    if (alarms.length > 0) return 'alarm';
    if (online.length < stations.length || devices.some((device) => !device.online)) return 'offline';
    if (charging > 0) return 'charging';
    return stations.length + devices.length > 0 ? 'ok' : 'unknown';
  };
  return {
    ...site,
    state: state(),
    chargers: stations.length,
    chargersOnline: online.length,
    charging,
    alarms: alarms.length,
    power: powerNow(stations, readings),
    updatedAt: heard > 0 ? isoTime(heard) : null,
  };
}

function powerNow(stations: readonly Station[], readings: readonly Reading[]): SiteSummary['power'] {
  // Telemetry marks what is too old, or from a device that is gone.
  const good = readings.filter((reading) => reading.quality?.['W'] === undefined);
  const sumOf = (chosen: readonly Reading[]) => {
    const values = chosen.flatMap((reading) => reading.values['W'] ?? []);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
  };
  const ofType = (type: string) => sumOf(good.filter((reading) => reading.type === type));
  // A charger sends no zero when the car leaves: only a connector that charges counts.
  const inUse = new Set(
    stations.flatMap((station) =>
      station.connectors.filter(({ state }) => state === 'charging').map(({ evse }) => evseDevice(station.id, evse)),
    ),
  );
  const cars = good.filter((reading) => reading.type === CHARGING_STATION && inUse.has(reading.device));
  return {
    gridW: ofType(METERS.gridW),
    pvW: ofType(METERS.pvW),
    buildingW: ofType(METERS.buildingW),
    chargingW: stations.length === 0 ? null : (sumOf(cars) ?? 0),
  };
}
