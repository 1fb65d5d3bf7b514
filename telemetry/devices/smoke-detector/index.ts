import { batteryPowered, SIGN_OF_LIFE_S } from '../../metrics/battery-powered.ts';
import { NO_YES } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

/** A smoke detector. It informs; what calls the fire brigade is a system of its own. */
export const smokeDetector: DeviceType = {
  type: 'smoke-detector',
  title: 'Smoke detector',
  metrics: {
    Smoke: { title: 'Smoke', unit: '{state}', states: NO_YES, period: SIGN_OF_LIFE_S, brick: 'Smoke_Alarm' },
    DustPct: { title: 'Dirt in its chamber', unit: '%', min: 0, max: 100, deadband: 1, period: SIGN_OF_LIFE_S },
    Fault: {
      title: 'It cannot detect',
      unit: '{state}',
      states: NO_YES,
      period: SIGN_OF_LIFE_S,
      brick: 'Fault_Status',
    },
    ...batteryPowered,
  },
};
