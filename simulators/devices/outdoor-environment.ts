import { HOUR, MINUTE } from '#estate/units.ts';
import { noise, stream } from '../physics/noise.ts';
import type { WallTime } from '../physics/rome.ts';
import { tenth } from '../site/moment.ts';
import { deviceKind, stateless } from './device-kind.ts';
import { percent } from './metrics.ts';

const dust = { unit: 'ug/m3', min: 0 };

/** The air and the noise in the street: traffic makes dust, nitrogen dioxide and noise; the sun makes ozone. */
export const outdoorEnvironment = deviceKind({
  ...stateless,
  type: 'outdoor-environment',
  isSlow: true,
  metrics: {
    TmpAmb: { unit: 'Cel', min: -60, max: 60 },
    RH: percent,
    PM25: { ...dust, max: 5_000 },
    PM10: { ...dust, max: 10_000 },
    NO2: { ...dust, max: 5_000 },
    O3: { ...dust, max: 2_000 },
    Noise: { unit: 'dB[SPL]', min: 0, max: 150 },
  },
  read(_, { now, wall, sky }, { chance }) {
    const cars = traffic(wall);
    const still = 1.3 - 0.15 * sky.air.windMs;
    const fine = (5 + 16 * noise(stream('dust', chance), 9 * HOUR, now) + 5 * cars) * still;
    return {
      TmpAmb: tenth(sky.air.temperatureC),
      RH: tenth(sky.humidity),
      PM25: tenth(fine),
      PM10: tenth(fine * 1.6),
      NO2: tenth((6 + 28 * cars) * still),
      O3: tenth(30 + 0.06 * sky.irradiance.globalW + 15 * noise(stream('ozone', chance), 9 * HOUR, now)),
      Noise: tenth(36 + 20 * cars + 8 * noise(stream('noise', chance), MINUTE, now)),
    };
  },
});

/** How full the street is, 0 to 1: two rushes on weekdays, a calm day on Sundays. */
function traffic({ hour, weekday }: WallTime): number {
  const rush = (at: number) => Math.exp(-(((hour - at) / 1.8) ** 2));
  const day = hour > 6 && hour < 22 ? 0.35 : 0.05;
  return Math.min(1, day + (weekday === 0 ? 0.1 : 0.55) * (rush(8.2) + rush(18)));
}
