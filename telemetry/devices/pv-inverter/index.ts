import { alternatingCurrent } from '../../alternating-current.ts';
import type { DeviceType } from '../device-type.ts';

/** A photovoltaic inverter (SunSpec 701, its limit 704). At night it may take a few watts. */
export const pvInverter: DeviceType = {
  type: 'pv-inverter',
  title: 'Photovoltaic inverter',
  metrics: {
    W: { title: 'Power produced', unit: 'W', min: -1e4, max: 5e6, period: 60, brick: 'Electric_Power_Sensor' },
    TotWhInj: { title: 'Energy produced', unit: 'W.h', min: 0, period: 60, brick: 'Electric_Energy_Sensor' },
    TmpCab: { title: 'Cabinet temperature', unit: 'Cel', min: -50, max: 150, period: 60, brick: 'Temperature_Sensor' },
    WMaxLimPct: { title: 'Limit of power', unit: '%', min: 0, max: 100, period: 60, rw: true, brick: 'Limit' },
    ...alternatingCurrent,
  },
};
