import type { DeviceId, SiteId } from './ids.ts';

/** The type of every charger among the devices: its meter values are samples like any other. */
export const CHARGING_STATION = 'charging-station';

/** Anything of the estate that signs in with an identity and a secret: a charger, a gateway, a sensor. */
export interface Device {
  id: DeviceId;
  /** Null: registered, not yet placed. */
  site: SiteId | null;
  /** `charging-station`, or a folder of telemetry/devices. */
  type: string;
  synthetic: boolean;
}

/**
 * The name under which an EVSE's samples are kept: `{charger}:{evse}`. Its metrics: W (power, charging +), TotWhImp (the
 * meter's register), A (mean current per phase), V, SoC (%).
 */
export function evseDevice(charger: DeviceId, evse: number): DeviceId {
  return `${charger}:${evse}`;
}
