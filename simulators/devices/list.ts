import type { FieldDeviceType } from '../estate/plan.ts';
import { atm } from './atm.ts';
import { battery } from './battery.ts';
import { buildingMeter } from './building-meter.ts';
import { desk } from './desk.ts';
import type { DeviceKind } from './device-kind.ts';
import { gateway } from './gateway.ts';
import { gridMeter } from './grid-meter.ts';
import { hvacUnit } from './hvac-unit.ts';
import { indoorAir } from './indoor-air.ts';
import { kiosk } from './kiosk.ts';
import { leakDetector } from './leak-detector.ts';
import { lightingCircuit } from './lighting-circuit.ts';
import { meter } from './meter.ts';
import { networkUplink } from './network-uplink.ts';
import { occupancy } from './occupancy.ts';
import { openingContact } from './opening-contact.ts';
import { outdoorArea } from './outdoor-area.ts';
import { outdoorEnvironment } from './outdoor-environment.ts';
import { parcelLocker } from './parcel-locker.ts';
import { pvInverter } from './pv-inverter.ts';
import { sensor } from './sensor.ts';
import { smokeDetector } from './smoke-detector.ts';
import { thermostat } from './thermostat.ts';
import { waterMeter } from './water-meter.ts';
import { weather } from './weather.ts';

/**
 * Every type of device that is simulated, in the order in which power flows: what draws, then what meters it, then the
 * plant, the battery that takes what is left, and last the meter at the grid connection.
 */
export const DEVICE_KINDS: readonly DeviceKind[] = [
  gateway,
  weather,
  outdoorEnvironment,
  indoorAir,
  sensor,
  thermostat,
  occupancy,
  openingContact,
  leakDetector,
  smokeDetector,
  waterMeter,
  networkUplink,
  hvacUnit,
  lightingCircuit,
  desk,
  atm,
  kiosk,
  parcelLocker,
  outdoorArea,
  meter,
  buildingMeter,
  pvInverter,
  battery,
  gridMeter,
];

const byType: ReadonlyMap<FieldDeviceType, DeviceKind> = new Map(DEVICE_KINDS.map((kind) => [kind.type, kind]));

/** How a type of device is simulated. */
export function kindOf(type: FieldDeviceType): DeviceKind {
  const kind = byType.get(type);
  if (!kind) throw new RangeError(`No device of type ${type} is simulated.`);
  return kind;
}
