import { NO_YES, type Metric } from './metric.ts';

/** What stands in a cabinet says how warm it is inside, and whether somebody opened it. Each type says how often. */
export const cabinetTemperature: Omit<Metric, 'period'> = {
  title: 'Cabinet temperature',
  unit: 'Cel',
  min: -50,
  max: 150,
  deadband: 0.5,
  brick: 'Temperature_Sensor',
};

export const tamper: Omit<Metric, 'period'> = {
  title: 'It was opened or moved without leave',
  unit: '{state}',
  states: NO_YES,
};
