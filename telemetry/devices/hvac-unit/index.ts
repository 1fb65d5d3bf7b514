import { activePower, energyRegister } from '../../metrics/energy.ts';
import { NO_YES, OFF_ON } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

const temperature = { unit: 'Cel', min: -40, max: 90, deadband: 0.2, period: 60 };

/** A unit that heats, cools and moves air: a heat pump, a rooftop unit, a split. */
export const hvacUnit: DeviceType = {
  type: 'hvac-unit',
  title: 'Heating and cooling unit',
  metrics: {
    On: { title: 'Whether it may run', unit: '{state}', states: OFF_ON, period: 60, rw: true, brick: 'On_Off_Command' },
    Mode: {
      title: 'Mode',
      unit: '{state}',
      states: { 0: 'off', 1: 'heat', 2: 'cool', 3: 'auto', 4: 'fan', 5: 'dry' },
      period: 60,
      rw: true,
      brick: 'Mode_Command',
    },
    TmpSet: {
      ...temperature,
      title: 'Set temperature',
      min: 5,
      max: 35,
      rw: true,
      brick: 'Zone_Air_Temperature_Setpoint',
    },
    TmpAir: { ...temperature, title: 'Air temperature', brick: 'Zone_Air_Temperature_Sensor' },
    TmpSup: {
      ...temperature,
      title: 'Temperature of the air or water that it gives',
      brick: 'Supply_Air_Temperature_Sensor',
    },
    TmpRet: {
      ...temperature,
      title: 'Temperature of the air or water that returns',
      brick: 'Return_Air_Temperature_Sensor',
    },
    FanPct: {
      title: 'Speed of the fan',
      unit: '%',
      min: 0,
      max: 100,
      deadband: 1,
      period: 60,
      rw: true,
      brick: 'Fan_Speed_Command',
    },
    Run: { title: 'Whether it runs', unit: '{state}', states: NO_YES, period: 60, brick: 'Run_Status' },
    W: { ...activePower, title: 'Electric power used', min: 0, max: 1e6 },
    TotWhImp: { ...energyRegister, title: 'Electric energy used' },
    HeatW: {
      title: 'Heat given, cold -',
      unit: 'W',
      min: -1e6,
      max: 1e6,
      deadband: 50,
      period: 60,
      brick: 'Thermal_Power_Sensor',
    },
    RunS: {
      title: 'Time that it ran',
      unit: 's',
      min: 0,
      deadband: 60,
      period: 3_600,
      counter: true,
      brick: 'Run_Time_Sensor',
    },
    Filter: {
      title: 'Whether its filter is to be changed',
      unit: '{state}',
      states: NO_YES,
      period: 3_600,
      brick: 'Filter_Status',
    },
    Fault: { title: 'Something is broken', unit: '{state}', states: NO_YES, period: 60, brick: 'Fault_Status' },
  },
};
