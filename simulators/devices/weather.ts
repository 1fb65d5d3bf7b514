import { tenth } from '../site/moment.ts';
import { deviceKind, stateless } from './device-kind.ts';
import { percent } from './metrics.ts';

const irradiance = { unit: 'W/m2', min: -20, max: 2_000 };

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
  read: (_, { sky: { irradiance: light, air, humidity, pressurePa } }) => ({
    GHI: tenth(light.globalW),
    DNI: tenth(light.beamW),
    DFI: tenth(light.diffuseW),
    TmpAmb: tenth(air.temperatureC),
    RH: tenth(humidity),
    Pres: Math.round(pressurePa),
    WndSpd: tenth(air.windMs),
  }),
});
