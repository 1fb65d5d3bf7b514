import { illuminance } from '../../metrics/surroundings.ts';
import type { DeviceType } from '../device-type.ts';

const air = { min: 0, period: 300 };

/** The air that people breathe in an office, and how loud it is there. */
export const indoorAir: DeviceType = {
  type: 'indoor-air',
  title: 'Indoor air',
  metrics: {
    TmpAir: {
      title: 'Air temperature',
      unit: 'Cel',
      min: -40,
      max: 80,
      deadband: 0.1,
      period: 300,
      brick: 'Air_Temperature_Sensor',
    },
    RH: { ...air, title: 'Relative humidity', unit: '%', max: 100, deadband: 1, brick: 'Relative_Humidity_Sensor' },
    CO2: { ...air, title: 'Carbon dioxide', unit: '[ppm]', max: 40_000, deadband: 10, brick: 'CO2_Level_Sensor' },
    PM25: { ...air, title: 'Fine dust PM2.5', unit: 'ug/m3', max: 5_000, deadband: 1, brick: 'PM2.5_Level_Sensor' },
    VOC: {
      ...air,
      title: 'Volatile organic compounds',
      unit: '[ppb]',
      max: 60_000,
      deadband: 10,
      brick: 'TVOC_Level_Sensor',
    },
    Noise: { ...air, title: 'Sound level, A-weighted', unit: 'dB[SPL]', max: 150, deadband: 1 },
    Lux: illuminance,
  },
};
