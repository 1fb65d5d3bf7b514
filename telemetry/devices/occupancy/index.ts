import { batteryPowered } from '../../metrics/battery-powered.ts';
import { NO_YES } from '../../metrics/metric.ts';
import { peoplePresent } from '../../metrics/surroundings.ts';
import type { DeviceType } from '../device-type.ts';

/** How many people are in a room or went through a door; numbers only, nobody is told from another. */
export const occupancy: DeviceType = {
  type: 'occupancy',
  title: 'Occupancy',
  metrics: {
    Occ: { title: 'Somebody is there', unit: '{state}', states: NO_YES, period: 300, brick: 'Occupancy_Sensor' },
    People: peoplePresent,
    TotIn: { title: 'People who came in', unit: '{people}', min: 0, period: 300, counter: true },
    TotOut: { title: 'People who went out', unit: '{people}', min: 0, period: 300, counter: true },
    WaitS: { title: 'Time that people wait at the counter', unit: 's', min: 0, max: 86_400, deadband: 10, period: 300 },
    ...batteryPowered,
  },
};
