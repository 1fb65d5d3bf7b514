import type { Millis } from '#estate/units.ts';
import type { GridLoad } from '../sites.ts';

/** A meter, a fuse and a car's second of delay forgive so much. */
const TOLERANCE = 0.05;

/**
 * Looks at all grid connections each time that it is called, and tells of those that carry too much: for how long since
 * the look before, added up over the sites, ms, and how far beyond its limit the worst of them is, as a share.
 */
export function createGridWatch(
  { gridLoads, now }: { gridLoads: () => readonly GridLoad[]; now: () => Millis },
  tell: (siteMs: number, worst: number) => void,
): () => void {
  let lookedAt = now();
  return () => {
    const spanMs = now() - lookedAt;
    lookedAt = now();
    const excesses = gridLoads().map(({ importW, limitW }) => importW / limitW - 1);
    const sites = excesses.filter((excess) => excess > TOLERANCE).length;
    tell(sites * spanMs, Math.max(0, ...excesses));
  };
}
