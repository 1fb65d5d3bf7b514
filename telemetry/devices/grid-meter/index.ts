import { alternatingCurrent } from '../../metrics/alternating-current.ts';
import { energyRegister, activePower } from '../../metrics/energy.ts';
import type { DeviceType } from '../device-type.ts';

/** The meter at the grid connection of a site: import is +, export is - (SunSpec 201 to 203). */
export const gridMeter: DeviceType = {
  type: 'grid-meter',
  title: 'Grid meter',
  metrics: {
    W: { ...activePower, title: 'Power, import +', min: -5e6, max: 5e6, sunspec: '203.W' },
    TotWhImp: { ...energyRegister, title: 'Energy imported', sunspec: '203.TotWhImp' },
    TotWhExp: { ...energyRegister, title: 'Energy exported', sunspec: '203.TotWhExp' },
    ...alternatingCurrent,
  },
};
