import { batteryPowered } from '../../metrics/battery-powered.ts';
import { activePower } from '../../metrics/energy.ts';
import { NO_YES, OFF_ON } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

/** A desk of a co-working space: whether somebody works there, and its socket. */
export const desk: DeviceType = {
  type: 'desk',
  title: 'Co-working desk',
  metrics: {
    Occ: { title: 'Somebody works there', unit: '{state}', states: NO_YES, period: 600, brick: 'Occupancy_Sensor' },
    Booked: { title: 'It is booked', unit: '{state}', states: NO_YES, period: 600 },
    OccS: { title: 'Time that it was used', unit: 's', min: 0, deadband: 60, period: 3_600, counter: true },
    Socket: {
      title: 'Its socket is on',
      unit: '{state}',
      states: OFF_ON,
      period: 600,
      rw: true,
      brick: 'On_Off_Command',
    },
    W: { ...activePower, title: 'Power used', min: 0, max: 4_000, deadband: 5, period: 600 },
    Height: { title: 'Height of its top', unit: 'm', min: 0.4, max: 1.6, deadband: 0.01, period: 3_600 },
    ...batteryPowered,
  },
};
