import type { Metric } from './metric.ts';

export const peoplePresent: Metric = {
  title: 'People present',
  unit: '{people}',
  min: 0,
  max: 10_000,
  deadband: 1,
  period: 300,
  brick: 'Occupancy_Count_Sensor',
};

export const illuminance: Metric = {
  title: 'Illuminance',
  unit: 'lx',
  min: 0,
  max: 200_000,
  deadband: 10,
  period: 300,
  brick: 'Illuminance_Sensor',
};
