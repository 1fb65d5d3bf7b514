import { alternatingCurrent } from '../../alternating-current.ts';
import type { DeviceType } from '../device-type.ts';

/** Any other electricity meter: of a floor, a heat pump, a circuit. It counts in no site's balance. */
export const meter: DeviceType = {
  type: 'meter',
  title: 'Meter',
  metrics: {
    W: { title: 'Power, import +', unit: 'W', min: -5e6, max: 5e6, period: 60, brick: 'Electric_Power_Sensor' },
    TotWhImp: { title: 'Energy imported', unit: 'W.h', min: 0, period: 60, brick: 'Electric_Energy_Sensor' },
    TotWhExp: { title: 'Energy exported', unit: 'W.h', min: 0, period: 60, brick: 'Electric_Energy_Sensor' },
    ...alternatingCurrent,
  },
};
