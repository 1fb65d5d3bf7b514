import { alternatingCurrent } from '../../metrics/alternating-current.ts';
import { activePower, energyRegister } from '../../metrics/energy.ts';
import type { DeviceType } from '../device-type.ts';

/**
 * Any other electricity meter (SunSpec 201 to 203): of a floor, a heat pump, a circuit. It counts in no site's balance.
 */
export const meter: DeviceType = {
  type: 'meter',
  title: 'Meter',
  metrics: {
    W: { ...activePower, title: 'Power, import +', min: -5e6, max: 5e6, sunspec: '203.W' },
    TotWhImp: { ...energyRegister, title: 'Energy imported', sunspec: '203.TotWhImp' },
    TotWhExp: { ...energyRegister, title: 'Energy exported', sunspec: '203.TotWhExp' },
    ...alternatingCurrent,
  },
};
