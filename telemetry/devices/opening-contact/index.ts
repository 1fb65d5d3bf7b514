import { batteryPowered, SIGN_OF_LIFE_S } from '../../battery-powered.ts';
import { NO_YES, type DeviceType } from '../device-type.ts';

/** A contact on a door, a window or a shutter. */
export const openingContact: DeviceType = {
  type: 'opening-contact',
  title: 'Door or window contact',
  metrics: {
    Open: { title: 'Open', unit: '{state}', states: NO_YES, period: SIGN_OF_LIFE_S, brick: 'Open_Close_Status' },
    Openings: { title: 'Openings', unit: '{openings}', min: 0, period: SIGN_OF_LIFE_S, counter: true },
    Tamper: { title: 'It was opened or moved without leave', unit: '{state}', states: NO_YES, period: SIGN_OF_LIFE_S },
    ...batteryPowered,
  },
};
