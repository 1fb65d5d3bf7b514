export interface Place {
  /** WGS 84, degrees. */
  latitude: number;
  longitude: number;
}

const EARTH_RADIUS_M = 6_371_008.8;

/** The great-circle distance, m (haversine on the mean sphere; within 0.5 % of the ellipsoid). */
export function distanceM(from: Place, to: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const halfHeight = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const halfWidth = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const chord = halfHeight + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * halfWidth;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}
