import { batteryPowered, SIGN_OF_LIFE_S } from '../../metrics/battery-powered.ts';
import { tamper } from '../../metrics/cabinet.ts';
import { NO_YES } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

/** A contact on a door, a window or a shutter. */
export const openingContact: DeviceType = {
  type: 'opening-contact',
  title: 'Door or window contact',
  metrics: {
    Open: { title: 'Open', unit: '{state}', states: NO_YES, period: SIGN_OF_LIFE_S, brick: 'Open_Close_Status' },
    Openings: { title: 'Openings', unit: '{openings}', min: 0, period: SIGN_OF_LIFE_S, counter: true },
    Tamper: { ...tamper, period: SIGN_OF_LIFE_S },
    ...batteryPowered,
  },
};
