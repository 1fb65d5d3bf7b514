import { attendedMachine } from '../../metrics/attended-machine.ts';
import { NO_YES } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

/** A cash machine, as the estate sees it: whether it works. Money and cards are no business of this platform. */
export const atm: DeviceType = {
  type: 'atm',
  title: 'ATM',
  metrics: {
    ...attendedMachine,
    CashLow: { title: 'Cash runs low', unit: '{state}', states: NO_YES, period: 300 },
    PaperLow: { title: 'Paper runs low', unit: '{state}', states: NO_YES, period: 300 },
    SafeOpen: { title: 'Its safe is open', unit: '{state}', states: NO_YES, period: 300, brick: 'Open_Close_Status' },
    Tilt: { title: 'It is shaken or tilted', unit: '{state}', states: NO_YES, period: 300 },
    Uses: { title: 'Customers served', unit: '{uses}', min: 0, period: 300, counter: true },
  },
};
