import { alternatingCurrent } from '../../metrics/alternating-current.ts';
import { cabinetTemperature } from '../../metrics/cabinet.ts';
import { directCurrent } from '../../metrics/direct-current.ts';
import { activePower, energyRegister } from '../../metrics/energy.ts';
import { OFF_ON } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

const percent = { unit: '%', min: 0, max: 100, deadband: 0.5, period: 60 };

/**
 * A battery with its inverter: how full it is (SunSpec 713), what it gives (+) or takes (-) (701), and what it is told to
 * give or take (704).
 */
export const battery: DeviceType = {
  type: 'battery',
  title: 'Battery',
  metrics: {
    SoC: { ...percent, title: 'State of charge', sunspec: '713.SoC' },
    SoH: { ...percent, title: 'State of health', period: 3_600, sunspec: '713.SoH' },
    WHRtg: {
      title: 'Energy that it was built for',
      unit: 'W.h',
      min: 0,
      max: 1e9,
      period: 3_600,
      sunspec: '713.WHRtg',
    },
    WHAvail: {
      title: 'Energy that it could give',
      unit: 'W.h',
      min: 0,
      max: 1e9,
      deadband: 100,
      period: 60,
      sunspec: '713.WHAvail',
    },
    Sta: {
      title: 'Condition',
      unit: '{state}',
      states: { 0: 'ok', 1: 'warning', 2: 'error' },
      period: 60,
      brick: 'Fault_Status',
      sunspec: '713.Sta',
    },
    W: { ...activePower, title: 'Power given, taken -', min: -5e6, max: 5e6, sunspec: '701.W' },
    TotWhInj: { ...energyRegister, title: 'Energy given', sunspec: '701.TotWhInj' },
    TotWhAbs: { ...energyRegister, title: 'Energy taken', sunspec: '701.TotWhAbs' },
    TmpCab: { ...cabinetTemperature, period: 60, sunspec: '701.TmpCab' },
    WSet: {
      title: 'Power that it shall give, take -',
      unit: 'W',
      min: -5e6,
      max: 5e6,
      period: 60,
      rw: true,
      brick: 'Setpoint',
      sunspec: '704.WSet',
    },
    WSetEna: {
      title: 'Whether that power holds',
      unit: '{state}',
      states: OFF_ON,
      period: 60,
      rw: true,
      brick: 'Enable_Command',
      sunspec: '704.WSetEna',
    },
    ...alternatingCurrent,
    ...directCurrent(1, { A: -2e4, W: -5e6 }),
  },
};
