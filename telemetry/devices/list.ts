import { atm } from './atm/index.ts';
import { battery } from './battery/index.ts';
import { buildingMeter } from './building-meter/index.ts';
import { chargingStation } from './charging-station/index.ts';
import { desk } from './desk/index.ts';
import type { DeviceType } from './device-type.ts';
import { gateway } from './gateway/index.ts';
import { gridMeter } from './grid-meter/index.ts';
import { hvacUnit } from './hvac-unit/index.ts';
import { indoorAir } from './indoor-air/index.ts';
import { kiosk } from './kiosk/index.ts';
import { leakDetector } from './leak-detector/index.ts';
import { lightingCircuit } from './lighting-circuit/index.ts';
import { meter } from './meter/index.ts';
import { networkUplink } from './network-uplink/index.ts';
import { occupancy } from './occupancy/index.ts';
import { openingContact } from './opening-contact/index.ts';
import { outdoorArea } from './outdoor-area/index.ts';
import { outdoorEnvironment } from './outdoor-environment/index.ts';
import { parcelLocker } from './parcel-locker/index.ts';
import { pvInverter } from './pv-inverter/index.ts';
import { sensor } from './sensor/index.ts';
import { smokeDetector } from './smoke-detector/index.ts';
import { thermostat } from './thermostat/index.ts';
import { waterMeter } from './water-meter/index.ts';
import { weather } from './weather/index.ts';

export { countersOf } from './counters.ts';
export type { DeviceType } from './device-type.ts';
export { setPointsOf, valuesOf } from './value-schema.ts';
export type { Metric } from '../metrics/metric.ts';

/**
 * Every type of device that polisgrid understands. To add one:
 *
 * 1. a folder here, named as the type, whose `index.ts` exports a `DeviceType`: its metrics with unit (UCUM),
 *    range, deadband and period, and the set points it takes (`rw`); `counter` for what only grows;
 * 2. in its `cases/`, JSON files of what such a device sends and what shall come of it:
 *    `{ "title", "topic", "payload", "now"?, "readings": […], "strays"?: […] }`, or `"error"` in place of `readings`;
 * 3. a line in this list.
 *
 * Births, ingest, staleness, commands, roll-ups and the published contract follow from these; nothing else is to be touched.
 */
export const DEVICE_TYPES: readonly DeviceType[] = [
  atm,
  battery,
  buildingMeter,
  chargingStation,
  desk,
  gateway,
  gridMeter,
  hvacUnit,
  indoorAir,
  kiosk,
  leakDetector,
  lightingCircuit,
  meter,
  networkUplink,
  occupancy,
  openingContact,
  outdoorArea,
  outdoorEnvironment,
  parcelLocker,
  pvInverter,
  sensor,
  smokeDetector,
  thermostat,
  waterMeter,
  weather,
];

const byName: ReadonlyMap<string, DeviceType> = new Map(DEVICE_TYPES.map((one) => [one.type, one]));

/** The type of that name, or undefined when polisgrid does not know it. */
export function deviceType(name: string): DeviceType | undefined {
  return byName.get(name);
}
