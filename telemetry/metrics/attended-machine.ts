import { cabinetTemperature, tamper } from './cabinet.ts';
import { NO_YES, type Metric } from './metric.ts';

/** What every machine that serves people says of itself: whether it serves, and whether somebody should come. */
export const attendedMachine: Readonly<Record<string, Metric>> = {
  Mode: {
    title: 'Whether it serves',
    unit: '{state}',
    states: { 0: 'out of service', 1: 'in service', 2: 'reduced', 3: 'maintenance' },
    period: 300,
    brick: 'Operating_Mode_Status',
  },
  Fault: { title: 'Something is broken', unit: '{state}', states: NO_YES, period: 300, brick: 'Fault_Status' },
  Tamper: { ...tamper, period: 300 },
  W: {
    title: 'Power used',
    unit: 'W',
    min: 0,
    max: 1e4,
    deadband: 5,
    period: 300,
    brick: 'Electric_Power_Sensor',
  },
  TmpCab: { ...cabinetTemperature, period: 300 },
};
