import { batteryPowered, SIGN_OF_LIFE_S } from '../../metrics/battery-powered.ts';
import { NO_YES, OFF_ON } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

/** A water meter, with a valve where there is one. */
export const waterMeter: DeviceType = {
  type: 'water-meter',
  title: 'Water meter',
  metrics: {
    TotVol: {
      title: 'Volume used',
      unit: 'm3',
      min: 0,
      deadband: 0.001,
      period: SIGN_OF_LIFE_S,
      counter: true,
      brick: 'Water_Usage_Sensor',
    },
    Flow: {
      title: 'Flow',
      unit: 'm3/h',
      min: -100,
      max: 1_000,
      deadband: 0.01,
      period: SIGN_OF_LIFE_S,
      brick: 'Water_Flow_Sensor',
    },
    TmpWtr: {
      title: 'Water temperature',
      unit: 'Cel',
      min: -10,
      max: 120,
      deadband: 0.5,
      period: SIGN_OF_LIFE_S,
      brick: 'Water_Temperature_Sensor',
    },
    Leak: {
      title: 'It flows all the time',
      unit: '{state}',
      states: NO_YES,
      period: SIGN_OF_LIFE_S,
      brick: 'Leak_Alarm',
    },
    Valve: {
      title: 'Valve open',
      unit: '{state}',
      states: OFF_ON,
      period: SIGN_OF_LIFE_S,
      rw: true,
      brick: 'Open_Close_Command',
    },
    ...batteryPowered,
  },
};
