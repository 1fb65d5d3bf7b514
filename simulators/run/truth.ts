import type { Millis } from '#estate/units.ts';
import type { ChargerTruth } from '../charger/truth.ts';
import type { Fleet } from '../fleet.ts';

/** What really happened in the field during a run, for the platform's API to be held against. */
export interface FieldTruth {
  seed: string;
  /** The simulated time. */
  from: Millis;
  to: Millis;
  chargers: ChargerTruth[];
  sites: SiteTruth[];
}

export interface SiteTruth {
  site: string;
  gateway: string;
  devices: DeviceTruth[];
}

/** What a device measured and its gateway had acknowledged. */
export interface DeviceTruth {
  device: string;
  type: string;
  /** Readings taken, and those of them that were acknowledged; each holds every metric once. */
  readings: number;
  acknowledged: number;
  /** The newest that was acknowledged. */
  last: { at: Millis; values: Record<string, number> } | null;
  /** The earliest stamp of what was acknowledged, where not all of it lies within the run: by a wrong clock. */
  firstAt?: Millis;
  /** Readings at whose stamp there may have been one before, by a clock that was set: one for each time is kept. */
  stampedAgain?: number;
  /** Conditions of its own that it told and that still stand, by code. */
  events: { code: string; since: Millis }[];
}

/** What happened in the field of a fleet until now. Messages are counted, not listed. */
export function fieldTruth(
  fleet: Pick<Fleet, 'truth' | 'gateways'>,
  span: Pick<FieldTruth, 'seed' | 'from' | 'to'>,
): FieldTruth {
  return {
    ...span,
    chargers: fleet.truth().map(({ charger, site, isOnline, faults, sessions }) => {
      return { charger, site, isOnline, faults, sessions };
    }),
    sites: fleet.gateways.map((gateway) => {
      const { devices, ...site } = gateway.truth();
      return { ...site, devices: devices.map((device) => withinSpan(device, span)) };
    }),
  };
}

/** Without the stamp that the run's own span tells of as well. */
function withinSpan({ firstAt, ...device }: DeviceTruth, { from, to }: Pick<FieldTruth, 'from' | 'to'>): DeviceTruth {
  if (firstAt === undefined || (firstAt >= from && (device.last?.at ?? to) <= to)) return device;
  return { ...device, firstAt };
}
