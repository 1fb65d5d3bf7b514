import type { Metric } from './metric.ts';

/** The register of a meter: it only grows. Each type says which way the energy went. */
export const energyRegister: Omit<Metric, 'title'> = {
  unit: 'W.h',
  min: 0,
  deadband: 1,
  period: 60,
  counter: true,
  brick: 'Electric_Energy_Sensor',
};

/** Each type says which way is +, and how much there may be. */
export const activePower: Omit<Metric, 'title'> = {
  unit: 'W',
  deadband: 10,
  period: 60,
  brick: 'Electric_Power_Sensor',
};
