import { alternatingCurrent } from '../../metrics/alternating-current.ts';
import { activePower, energyRegister } from '../../metrics/energy.ts';
import type { DeviceType } from '../device-type.ts';

/** The meter of a building's own use, without photovoltaics and chargers (SunSpec 201 to 203). */
export const buildingMeter: DeviceType = {
  type: 'building-meter',
  title: 'Building meter',
  metrics: {
    W: { ...activePower, title: 'Power used', min: 0, max: 5e6, sunspec: '203.W' },
    TotWhImp: { ...energyRegister, title: 'Energy used', sunspec: '203.TotWhImp' },
    ...alternatingCurrent,
  },
};
