import type { BuildingPlan } from '../physics/building.ts';
import type { PvPlant } from '../physics/pv.ts';

/** The versions that the simulated chargers speak, as WebSocket subprotocols. */
export type Protocol = 'ocpp1.6' | 'ocpp2.0.1';

/** A simulated estate, as plain JSON: what would be built. */
export interface EstatePlan {
  seed: string;
  sites: SitePlan[];
  chargers: ChargerPlan[];
  tokens: TokenPlan[];
}

export interface SitePlan {
  id: string;
  name: string;
  latitude: number;
  longitude: number;
  population: number;
  /** What the grid connection may carry, W. */
  gridLimitW: number;
  pv: PvPlant | null;
  battery: BatteryPlan | null;
  building: BuildingPlan;
  devices: DevicePlan[];
}

/** A battery with its inverter. */
export interface BatteryPlan {
  energyWh: number;
  /** The most that it gives or takes, W. */
  powerW: number;
}

/** One device of a site; all speak through its gateway, which is one of them, or each for itself where there is none. */
export interface DevicePlan {
  id: string;
  site: string;
  type: FieldDeviceType;
}

/** What may stand at a site, and how its id ends. */
const ENDINGS = {
  gateway: 'gw',
  'grid-meter': 'grid',
  'building-meter': 'building',
  'pv-inverter': 'pv',
  'indoor-air': 'air',
  weather: 'weather',
  thermostat: 'thermostat',
  battery: 'battery',
  'hvac-unit': 'hvac',
  'lighting-circuit': 'lights',
  occupancy: 'people',
  'opening-contact': 'door',
  'leak-detector': 'leak',
  'smoke-detector': 'smoke',
  'water-meter': 'water',
  meter: 'meter',
  sensor: 'sensor',
  'network-uplink': 'uplink',
  'outdoor-environment': 'outdoors',
  atm: 'atm',
  kiosk: 'kiosk',
  'parcel-locker': 'locker',
  desk: 'desk',
  'outdoor-area': 'area',
} as const;

export type FieldDeviceType = keyof typeof ENDINGS;

/** A device of a site. Of a type that may stand there several times, the n-th. */
export function fieldDevice(site: string, type: FieldDeviceType, n?: number): DevicePlan {
  return { id: fieldDeviceId(site, type, n), site, type };
}

/** The id of the one device of its type at a site, `barolo-grid`, or of the n-th: `barolo-atm-1`. */
export function fieldDeviceId(site: string, type: FieldDeviceType, n?: number): string {
  return `${site}-${ENDINGS[type]}${n === undefined ? '' : `-${n}`}`;
}

/**
 * How a maker departs from the rules. `repeats-ids`: message ids count from 1 anew with each boot.
 * `long-serials-wrong-clock`: a serial longer than the field allows, and a clock that is some minutes wrong.
 * `ignores-limits`: accepts charging profiles and gives what it always gives.
 */
export type Manner = 'plain' | 'repeats-ids' | 'long-serials-wrong-clock' | 'ignores-limits';

export interface ChargerPlan {
  id: string;
  site: string;
  protocol: Protocol;
  vendor: string;
  model: string;
  serial: string;
  firmware: string;
  /** EVSEs, each with one connector. In 1.6 they are the connectors. */
  evses: number;
  dc: boolean;
  /** Phases wired to each EVSE, and the most it gives on each, A. */
  phases: 1 | 3;
  maxA: number;
  /** The site's phase that its L1 is wired to: 0, 1 or 2. */
  rotation: number;
  /** How this vendor states energy on the wire. */
  unit: 'Wh' | 'kWh';
  /** Whether it says BootNotification after each cut of the wire, or only after a power cut. */
  bootsOnReconnect: boolean;
  manner: Manner;
  /** The register of each EVSE when it was put up, Wh. */
  registersWh: number[];
  /** Its error code, when it stands broken. */
  fault: string | null;
}

export interface TokenPlan {
  token: string;
  status: 'accepted' | 'blocked' | 'expired';
}
