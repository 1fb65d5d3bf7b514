import { HOUR, MINUTE } from '#estate/units.ts';
import { noise, stream } from '../physics/noise.ts';
import { fineDust } from '../physics/room.ts';
import { tenth } from '../site/moment.ts';
import { deviceKind, stateless } from './device-kind.ts';
import { indoorC, percent } from './metrics.ts';

/** The air of the public room. */
export const indoorAir = deviceKind({
  ...stateless,
  type: 'indoor-air',
  metrics: {
    TmpAir: indoorC,
    RH: percent,
    CO2: { unit: '[ppm]', min: 0, max: 40_000 },
    PM25: { unit: 'ug/m3', min: 0, max: 5_000 },
    VOC: { unit: '[ppb]', min: 0, max: 60_000 },
    Noise: { unit: 'dB[SPL]', min: 0, max: 150 },
  },
  read(_, { now, room, sky, work, customers }, { chance }) {
    return {
      TmpAir: tenth(room.airC),
      RH: tenth(38 + 0.25 * (sky.humidity - 45) + 4 * noise(stream('humid', chance), HOUR, now)),
      CO2: Math.floor(room.co2Ppm),
      PM25: tenth(fineDust(now, chance, work)),
      VOC: Math.round(60 + 0.35 * (room.co2Ppm - 420) + 40 * noise(stream('smell', chance), 3 * HOUR, now)),
      Noise: tenth(31 + 14 * work + 1.1 * customers + 5 * noise(stream('noise', chance), MINUTE, now)),
    };
  },
});
