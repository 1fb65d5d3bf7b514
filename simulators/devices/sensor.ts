import { HOUR, MINUTE } from '#estate/units.ts';
import { noise, stream } from '../physics/noise.ts';
import { tenth } from '../site/moment.ts';
import { deviceKind, stateless } from './device-kind.ts';
import { indoorC, lux, percent } from './metrics.ts';

/** A sensor on a wall of the public room: warmth, humidity, light and noise. */
export const sensor = deviceKind({
  ...stateless,
  type: 'sensor',
  isSlow: true,
  metrics: { TmpAir: indoorC, RH: percent, Lux: lux, Noise: { unit: 'dB[SPL]', min: 0, max: 150 } },
  read: (_, { now, room, sky, work, customers }, { chance }) => ({
    TmpAir: tenth(room.airC + 0.8 * (noise(stream('corner', chance), 12 * HOUR, now) - 0.5)),
    RH: tenth(38 + 0.25 * (sky.humidity - 45) + 4 * noise(stream('humid', chance), HOUR, now)),
    Lux: Math.round(sky.irradiance.globalW * 0.5 + (work > 0 ? 380 : 0)),
    Noise: tenth(30 + 13 * work + customers + 5 * noise(stream('noise', chance), MINUTE, now)),
  }),
});
