import { buildingMeter } from './building-meter/index.ts';
import { chargingStation } from './charging-station/index.ts';
import type { DeviceType } from './device-type.ts';
import { gateway } from './gateway/index.ts';
import { gridMeter } from './grid-meter/index.ts';
import { indoorAir } from './indoor-air/index.ts';
import { meter } from './meter/index.ts';
import { pvInverter } from './pv-inverter/index.ts';
import { sensor } from './sensor/index.ts';
import { thermostat } from './thermostat/index.ts';
import { weather } from './weather/index.ts';

export type { DeviceType, Metric } from './device-type.ts';

/**
 * Every type of device that polisgrid understands. To add one:
 *
 * 1. a folder here, named as the type, whose `index.ts` exports a `DeviceType`: its metrics with unit, range and period;
 * 2. in its `cases/`, JSON files of what such a device sends and what shall come of it:
 *    `{ "title", "topic", "payload", "now"?, "readings": […], "strays"?: […] }`, or `"error"` in place of `readings`;
 * 3. a line in this list.
 *
 * Births, ingest, staleness and commands follow from these; nothing else is to be touched.
 */
export const DEVICE_TYPES: readonly DeviceType[] = [
  buildingMeter,
  chargingStation,
  gateway,
  gridMeter,
  indoorAir,
  meter,
  pvInverter,
  sensor,
  thermostat,
  weather,
];

const byName: ReadonlyMap<string, DeviceType> = new Map(DEVICE_TYPES.map((one) => [one.type, one]));

/** The type of that name, or undefined when polisgrid does not know it. */
export function deviceType(name: string): DeviceType | undefined {
  return byName.get(name);
}
