import type { DeviceType } from '../device-type.ts';

/** The weather over a site's roof. Irradiance at a cloud's edge may pass the solar constant. */
export const weather: DeviceType = {
  type: 'weather',
  title: 'Weather station',
  metrics: {
    GHI: {
      title: 'Global horizontal irradiance',
      unit: 'W/m2',
      min: -20,
      max: 2_000,
      period: 300,
      brick: 'Solar_Irradiance_Sensor',
    },
    TmpAmb: {
      title: 'Ambient temperature',
      unit: 'Cel',
      min: -60,
      max: 60,
      period: 300,
      brick: 'Outside_Air_Temperature_Sensor',
    },
  },
};
