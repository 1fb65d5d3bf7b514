import { HOUR } from '#estate/units.ts';
import { noise, stream } from '../physics/noise.ts';
import { tenth } from '../site/moment.ts';
import { deviceKind, stateless } from './device-kind.ts';
import { percent } from './metrics.ts';

const irradiance = { unit: 'W/m2', min: -20, max: 2_000 };
const MEAN_PRESSURE_PA = 101_325;

/** The weather over the roof. */
export const weather = deviceKind({
  ...stateless,
  type: 'weather',
  metrics: {
    GHI: irradiance,
    DNI: irradiance,
    DFI: irradiance,
    TmpAmb: { unit: 'Cel', min: -60, max: 60 },
    RH: percent,
    Pres: { unit: 'Pa', min: 3e4, max: 1.2e5 },
    WndSpd: { unit: 'm/s', min: 0, max: 100 },
  },
  read(_, { now, sky }, { siteChance }) {
    return {
      GHI: tenth(sky.irradiance.globalW),
      DNI: tenth(sky.irradiance.beamW),
      DFI: tenth(sky.irradiance.diffuseW),
      TmpAmb: tenth(sky.air.temperatureC),
      RH: tenth(sky.humidity),
      Pres: Math.round(MEAN_PRESSURE_PA - 1500 + 3000 * noise(stream('pressure', siteChance), 36 * HOUR, now)),
      WndSpd: tenth(sky.air.windMs),
    };
  },
});
