import type { FieldDeviceType } from './plan.ts';

/** How many devices of a type an estate holds beside those that its sites, plants and smart buildings all have. */
export interface Holding {
  type: FieldDeviceType;
  /** At any site, or only where a photovoltaic plant, a smart building or a co-working space is. */
  at: 'site' | 'plant' | 'building' | 'space';
  /** In the Polis programme, at 2,100 sites; and in an estate to look at, at 40. */
  polis: number;
  small: number;
  /** Where there may be several they are numbered; of each such place has so many at least and at most. */
  several?: { least: number; most: number };
}

/** What a size of estate has so many sites, and co-working spaces among them. */
export const SIZES = { polis: { sites: 2100, spaces: 250 }, small: { sites: 40, spaces: 1 } } as const;

export type Size = keyof typeof SIZES;

export const HOLDINGS: readonly Holding[] = [
  { type: 'battery', at: 'plant', polis: 200, small: 5 },
  { type: 'hvac-unit', at: 'building', polis: 1000, small: 10 },
  { type: 'lighting-circuit', at: 'building', polis: 500, small: 6, several: { least: 1, most: 3 } },
  { type: 'occupancy', at: 'building', polis: 500, small: 6 },
  { type: 'opening-contact', at: 'building', polis: 500, small: 6, several: { least: 1, most: 3 } },
  { type: 'leak-detector', at: 'building', polis: 300, small: 4, several: { least: 1, most: 2 } },
  { type: 'smoke-detector', at: 'building', polis: 500, small: 6, several: { least: 1, most: 3 } },
  { type: 'water-meter', at: 'building', polis: 300, small: 4 },
  { type: 'meter', at: 'building', polis: 200, small: 3 },
  { type: 'sensor', at: 'building', polis: 400, small: 4, several: { least: 1, most: 3 } },
  { type: 'network-uplink', at: 'site', polis: 500, small: 6 },
  { type: 'outdoor-environment', at: 'site', polis: 300, small: 4 },
  { type: 'atm', at: 'site', polis: 7000, small: 24, several: { least: 1, most: 12 } },
  { type: 'kiosk', at: 'site', polis: 4000, small: 14, several: { least: 1, most: 6 } },
  { type: 'parcel-locker', at: 'site', polis: 500, small: 4, several: { least: 1, most: 2 } },
  { type: 'desk', at: 'space', polis: 10_000, small: 6, several: { least: 20, most: 60 } },
  { type: 'outdoor-area', at: 'site', polis: 1000, small: 6, several: { least: 1, most: 1 } },
];
