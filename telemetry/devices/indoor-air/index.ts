import type { DeviceType } from '../device-type.ts';

/** The air that people breathe in an office. */
export const indoorAir: DeviceType = {
  type: 'indoor-air',
  title: 'Indoor air',
  metrics: {
    TmpAir: { title: 'Air temperature', unit: 'Cel', min: -40, max: 80, period: 300, brick: 'Air_Temperature_Sensor' },
    RH: { title: 'Relative humidity', unit: '%', min: 0, max: 100, period: 300, brick: 'Relative_Humidity_Sensor' },
    CO2: { title: 'Carbon dioxide', unit: '[ppm]', min: 0, max: 40_000, period: 300, brick: 'CO2_Level_Sensor' },
    PM25: { title: 'Fine dust PM2.5', unit: 'ug/m3', min: 0, max: 5_000, period: 300, brick: 'PM2.5_Level_Sensor' },
  },
};
