import { attendedMachine } from '../../metrics/attended-machine.ts';
import { NO_YES, OFF_ON } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

/** A self-service kiosk or totem: certificates, payments, information. */
export const kiosk: DeviceType = {
  type: 'kiosk',
  title: 'Self-service kiosk',
  metrics: {
    ...attendedMachine,
    PaperPct: { title: 'Paper left', unit: '%', min: 0, max: 100, deadband: 1, period: 300 },
    PaperLow: { title: 'Paper runs low', unit: '{state}', states: NO_YES, period: 300 },
    Screen: {
      title: 'Its screen is on',
      unit: '{state}',
      states: OFF_ON,
      period: 300,
      rw: true,
      brick: 'On_Off_Command',
    },
    Uses: { title: 'Customers served', unit: '{uses}', min: 0, period: 300, counter: true },
  },
};
