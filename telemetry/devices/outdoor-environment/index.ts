import type { DeviceType } from '../device-type.ts';

const air = { min: 0, period: 300 };

/** The air and the noise in front of an office. */
export const outdoorEnvironment: DeviceType = {
  type: 'outdoor-environment',
  title: 'Outdoor environment',
  metrics: {
    TmpAmb: {
      title: 'Ambient temperature',
      unit: 'Cel',
      min: -60,
      max: 60,
      deadband: 0.1,
      period: 300,
      brick: 'Outside_Air_Temperature_Sensor',
    },
    RH: { ...air, title: 'Relative humidity', unit: '%', max: 100, deadband: 1, brick: 'Outside_Air_Humidity_Sensor' },
    PM25: { ...air, title: 'Fine dust PM2.5', unit: 'ug/m3', max: 5_000, deadband: 1, brick: 'PM2.5_Level_Sensor' },
    PM10: { ...air, title: 'Dust PM10', unit: 'ug/m3', max: 10_000, deadband: 1, brick: 'PM10_Level_Sensor' },
    NO2: { ...air, title: 'Nitrogen dioxide', unit: 'ug/m3', max: 5_000, deadband: 2, brick: 'NO2_Level_Sensor' },
    O3: { ...air, title: 'Ozone', unit: 'ug/m3', max: 2_000, deadband: 2, brick: 'Ozone_Level_Sensor' },
    Noise: { ...air, title: 'Sound level, A-weighted', unit: 'dB[SPL]', max: 150, deadband: 1 },
  },
};
