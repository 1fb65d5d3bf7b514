import type { Millis } from '#estate/units.ts';
import type { ChargerTruth } from '../charger/truth.ts';
import type { Fleet } from '../fleet.ts';
import type { SeriesTruth } from '../series-truth.ts';

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
  /** Null: its devices have connections of their own. */
  gateway: string | null;
  /** Messages left that nobody can read, or that told of times that there are not. */
  isGarbled: boolean;
  /** The highest import that its grid meter was read to show, and what the connection may carry, W; null: no meter. */
  grid: { meter: string; limitW: number; peakW: number } | null;
  devices: DeviceTruth[];
}

/** What a device measured and its gateway had acknowledged. */
export interface DeviceTruth extends SeriesTruth {
  /** Conditions of its own that it told and that still stand, by code. */
  events: { code: string; since: Millis }[];
}

/** What happened in the field of a fleet until now. Messages are counted, not listed. */
export function fieldTruth(
  fleet: Pick<Fleet, 'truth' | 'siteTruths'>,
  span: Pick<FieldTruth, 'seed' | 'from' | 'to'>,
): FieldTruth {
  return {
    ...span,
    chargers: fleet.truth().map((each) => {
      const { confirmed: _, refused: __, queued: ___, ...charger } = each;
      return charger;
    }),
    sites: fleet.siteTruths().map(({ devices, ...site }) => {
      return { ...site, devices: devices.map((device) => withinSpan(device, span)) };
    }),
  };
}

/** Without the stamp that the run's own span tells of as well. */
function withinSpan({ firstAt, ...device }: DeviceTruth, { from, to }: Pick<FieldTruth, 'from' | 'to'>): DeviceTruth {
  if (firstAt === undefined || (firstAt >= from && (device.last?.at ?? to) <= to)) return device;
  return { ...device, firstAt };
}
