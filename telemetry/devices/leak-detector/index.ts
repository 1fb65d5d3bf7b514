import { batteryPowered, SIGN_OF_LIFE_S } from '../../metrics/battery-powered.ts';
import { NO_YES } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

/** A detector of water on the floor. */
export const leakDetector: DeviceType = {
  type: 'leak-detector',
  title: 'Leak detector',
  metrics: {
    Leak: {
      title: 'Water where none should be',
      unit: '{state}',
      states: NO_YES,
      period: SIGN_OF_LIFE_S,
      brick: 'Leak_Alarm',
    },
    TmpAir: {
      title: 'Temperature at the floor',
      unit: 'Cel',
      min: -40,
      max: 80,
      deadband: 0.5,
      period: SIGN_OF_LIFE_S,
      brick: 'Temperature_Sensor',
    },
    ...batteryPowered,
  },
};
