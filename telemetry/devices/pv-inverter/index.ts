import { alternatingCurrent } from '../../metrics/alternating-current.ts';
import { cabinetTemperature } from '../../metrics/cabinet.ts';
import { directCurrent } from '../../metrics/direct-current.ts';
import { activePower, energyRegister } from '../../metrics/energy.ts';
import { OFF_ON } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

/** Trackers or strings of one inverter. */
const PORTS = 12;

/**
 * A photovoltaic inverter: what it gives (SunSpec 701; 103 in older ones), its strings (714; 160), and its limit (704;
 * 123). At night it may take a few watts.
 */
export const pvInverter: DeviceType = {
  type: 'pv-inverter',
  title: 'Photovoltaic inverter',
  metrics: {
    W: { ...activePower, title: 'Power produced', min: -1e4, max: 5e6, sunspec: '701.W' },
    TotWhInj: { ...energyRegister, title: 'Energy produced', sunspec: '701.TotWhInj' },
    TotWhAbs: { ...energyRegister, title: 'Energy taken', sunspec: '701.TotWhAbs' },
    TmpCab: { ...cabinetTemperature, period: 60, sunspec: '701.TmpCab' },
    InvSt: {
      title: 'State',
      unit: '{state}',
      states: {
        0: 'off',
        1: 'sleeping',
        2: 'starting',
        3: 'running',
        4: 'throttled',
        5: 'shutting down',
        6: 'fault',
        7: 'standby',
      },
      period: 60,
      brick: 'Operating_Mode_Status',
      sunspec: '701.InvSt',
    },
    ConnSt: {
      title: 'Connection to the grid',
      unit: '{state}',
      states: { 0: 'disconnected', 1: 'connected' },
      period: 60,
      sunspec: '701.ConnSt',
    },
    Alrm: { title: 'Alarms, a bit each', unit: '{bits}', min: 0, max: 2 ** 32 - 1, period: 60, sunspec: '701.Alrm' },
    WMaxLimPct: {
      title: 'Limit of power',
      unit: '%',
      min: 0,
      max: 100,
      period: 60,
      rw: true,
      brick: 'Limit',
      sunspec: '704.WMaxLimPct',
    },
    WMaxLimPctEna: {
      title: 'Whether the limit holds',
      unit: '{state}',
      states: OFF_ON,
      period: 60,
      rw: true,
      brick: 'Enable_Command',
      sunspec: '704.WMaxLimPctEna',
    },
    ...alternatingCurrent,
    ...directCurrent(PORTS, { A: -100, W: -1e4 }),
  },
};
