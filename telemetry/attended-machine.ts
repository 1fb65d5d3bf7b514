import { NO_YES, type Metric } from './devices/device-type.ts';

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
  Tamper: { title: 'It was opened or moved without leave', unit: '{state}', states: NO_YES, period: 300 },
  W: {
    title: 'Power used',
    unit: 'W',
    min: 0,
    max: 1e4,
    deadband: 5,
    period: 300,
    brick: 'Electric_Power_Sensor',
  },
  TmpCab: {
    title: 'Cabinet temperature',
    unit: 'Cel',
    min: -50,
    max: 150,
    deadband: 0.5,
    period: 300,
    brick: 'Temperature_Sensor',
  },
};
