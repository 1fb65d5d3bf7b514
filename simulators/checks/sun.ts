import { sunPosition } from '../physics/sun.ts';
import type { PublishedSun } from './published-sun.ts';

/** How far our sun is from a published one, °. */
export interface SunError {
  zenithDeg: number;
  azimuthDeg: number;
}

/** The errors of our position of the sun; that of the azimuth is turned into (−180, 180]. */
export function sunError({ at, place, air, zenithDeg, azimuthDeg }: PublishedSun): SunError {
  const sun = sunPosition(Date.parse(at), place, air);
  return {
    zenithDeg: sun.zenithDeg - zenithDeg,
    azimuthDeg: ((sun.azimuthDeg - azimuthDeg + 540) % 360) - 180,
  };
}
