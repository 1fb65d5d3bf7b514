import type { DeviceType } from '../device-type.ts';

/** A thermostat that heats: it measures, and takes a set point. */
export const thermostat: DeviceType = {
  type: 'thermostat',
  title: 'Thermostat',
  metrics: {
    TmpAir: {
      title: 'Air temperature',
      unit: 'Cel',
      min: -40,
      max: 80,
      deadband: 0.1,
      period: 300,
      brick: 'Zone_Air_Temperature_Sensor',
    },
    TmpSet: {
      title: 'Set temperature',
      unit: 'Cel',
      min: 5,
      max: 35,
      period: 300,
      rw: true,
      brick: 'Zone_Air_Temperature_Setpoint',
    },
    HeatW: {
      title: 'Heating power',
      unit: 'W',
      min: 0,
      max: 1e6,
      deadband: 10,
      period: 300,
      brick: 'Thermal_Power_Sensor',
    },
  },
};
