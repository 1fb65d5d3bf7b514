import { alternatingCurrent } from '../../alternating-current.ts';
import type { DeviceType } from '../device-type.ts';

/** The meter of a building's own use, without photovoltaics and chargers. */
export const buildingMeter: DeviceType = {
  type: 'building-meter',
  title: 'Building meter',
  metrics: {
    W: { title: 'Power used', unit: 'W', min: 0, max: 5e6, period: 60, brick: 'Electric_Power_Sensor' },
    TotWhImp: { title: 'Energy used', unit: 'W.h', min: 0, period: 60, brick: 'Electric_Energy_Sensor' },
    ...alternatingCurrent,
  },
};
