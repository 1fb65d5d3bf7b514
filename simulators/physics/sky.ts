import type { Millis } from '#estate/units.ts';
import { cos } from './angle.ts';
import type { Stream } from './noise.ts';
import type { Air, Irradiance } from './pv.ts';
import type { Place, SunPosition } from './sun.ts';

/** All that the sky says at an instant and place. */
export interface Sky {
  sun: SunPosition;
  irradiance: Irradiance;
  /** Outside the atmosphere, on a plane that faces the sun, W/m². */
  extraW: number;
  air: Air;
  /** Outdoor relative humidity, %. */
  humidity: number;
  /** Of the air, Pa. */
  pressurePa: number;
}

/** The sky over a place, a pure function of the instant; what is the place's alone is drawn from its own stream. */
export type Weather = (place: Place, own: Stream) => (atMs: Millis) => Sky;

/** Global irradiance under a cloudless sky, W/m² (B. Haurwitz, J. Meteorology 2, 1945). */
export function clearSky(sun: SunPosition): number {
  const height = cos(sun.zenithDeg);
  return height <= 0 ? 0 : 1098 * height * Math.exp(-0.059 / height);
}

/** Global irradiance split into beam and diffuse by its clearness (D. Erbs et al., Solar Energy 28, 1982). */
export function split(globalW: number, sun: SunPosition, extraW: number): Irradiance {
  const height = cos(sun.zenithDeg);
  if (globalW <= 0 || height <= 0) return { globalW: 0, beamW: 0, diffuseW: 0 };
  const kt = Math.min(1, globalW / (extraW * Math.max(height, 0.065)));
  const share =
    kt <= 0.22
      ? 1 - 0.09 * kt
      : kt <= 0.8
        ? 0.9511 - 0.1604 * kt + 4.388 * kt ** 2 - 16.638 * kt ** 3 + 12.336 * kt ** 4
        : 0.165;
  const diffuseW = globalW * share;
  return { globalW, diffuseW, beamW: Math.min(extraW, (globalW - diffuseW) / Math.max(height, 0.065)) };
}

/** Beam and diffuse put together on the level; nothing once the sun is down. */
export function join({ beamW, diffuseW }: Omit<Irradiance, 'globalW'>, sun: SunPosition): Irradiance {
  const height = cos(sun.zenithDeg);
  if (height <= 0) return { globalW: 0, beamW: 0, diffuseW: 0 };
  return { globalW: beamW * height + diffuseW, beamW, diffuseW };
}
