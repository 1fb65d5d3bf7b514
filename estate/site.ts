import type { SiteId } from './ids.ts';

/** A place of the estate: a post office with its grid connection. */
export interface Site {
  id: SiteId;
  name: string;
  /** WGS 84, degrees. */
  latitude: number | null;
  longitude: number | null;
  /** What the grid connection may carry, W; null: not limited by us. */
  gridLimitW: number | null;
  /** True where the site exists in a simulation only. */
  synthetic: boolean;
}
