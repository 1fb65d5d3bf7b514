import { alternatingCurrent } from '../../alternating-current.ts';
import type { DeviceType } from '../device-type.ts';

/** The meter at the grid connection of a site: import is +, export is - (SunSpec 203). */
export const gridMeter: DeviceType = {
  type: 'grid-meter',
  title: 'Grid meter',
  metrics: {
    W: { title: 'Power, import +', unit: 'W', min: -5e6, max: 5e6, period: 60, brick: 'Electric_Power_Sensor' },
    TotWhImp: { title: 'Energy imported', unit: 'W.h', min: 0, period: 60, brick: 'Electric_Energy_Sensor' },
    TotWhExp: { title: 'Energy exported', unit: 'W.h', min: 0, period: 60, brick: 'Electric_Energy_Sensor' },
    ...alternatingCurrent,
  },
};
