import type { Millis } from '#estate/units.ts';
import { noise, stream, type Stream } from '../physics/noise.ts';
import type { Place } from '../physics/sun.ts';

/**
 * Smooth chance over time and place, in [0, 1]. It is drawn at the nodes of a net of whole degrees, some 110 km by 80 km
 * in Italy, and mixed between them: places some tens of kilometres apart share most of it, those two degrees apart none.
 */
export function regionalNoise(of: Stream, periodMs: Millis, { latitude, longitude }: Place): (atMs: Millis) => number {
  const nodes = along(latitude).flatMap((south) =>
    along(longitude).map((west) => ({
      of: stream(`${south.at}/${west.at}`, of),
      weight: south.weight * west.weight,
    })),
  );
  // An average of several varies less than each: without this the weather would be calmer between nodes than at them.
  const spread = Math.hypot(...nodes.map(({ weight }) => weight));
  return (atMs) => {
    const away = nodes.reduce((sum, node) => sum + node.weight * (noise(node.of, periodMs, atMs) - 0.5), 0);
    return Math.max(0, Math.min(1, 0.5 + away / spread));
  };
}

/** The whole degrees around an angle, and how near it is to each. */
function along(degrees: number): { at: number; weight: number }[] {
  const at = Math.floor(degrees);
  const within = degrees - at;
  return [
    { at, weight: 1 - within },
    { at: at + 1, weight: within },
  ];
}
