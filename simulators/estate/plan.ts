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
  building: BuildingPlan;
  devices: DevicePlan[];
}

/** One device of a site; all speak through the site's gateway, which is one of them. */
export interface DevicePlan {
  id: string;
  site: string;
  type: FieldDeviceType;
}

/** What stands at a site, and how its id ends. */
const FIELD_DEVICES = [
  ['gateway', 'gw'],
  ['grid-meter', 'grid'],
  ['building-meter', 'building'],
  ['pv-inverter', 'pv'],
  ['indoor-air', 'air'],
  ['weather', 'weather'],
  ['thermostat', 'thermostat'],
] as const;

export type FieldDeviceType = (typeof FIELD_DEVICES)[number][0];

const ENDINGS = new Map(FIELD_DEVICES);

/** All devices that a site may have, its gateway first. */
export function fieldDevices(site: string): DevicePlan[] {
  return FIELD_DEVICES.map(([type]) => ({ id: fieldDeviceId(site, type), site, type }));
}

/** The id of the one device of its type at a site: `barolo-grid`. */
export function fieldDeviceId(site: string, type: FieldDeviceType): string {
  return `${site}-${ENDINGS.get(type) ?? type}`;
}

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
  /** The register of each EVSE when it was put up, Wh. */
  registersWh: number[];
  /** Its error code, when it stands broken. */
  fault: string | null;
}

export interface TokenPlan {
  token: string;
  status: 'accepted' | 'blocked' | 'expired';
}
