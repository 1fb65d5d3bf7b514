import type { Metric } from './metric.ts';

/** Sensors on a battery send as something happens, and a sign of life every hour. */
export const SIGN_OF_LIFE_S = 3_600;

/** How a sensor without a wire is: its battery and its radio. */
export const batteryPowered: Readonly<Record<string, Metric>> = {
  Batt: { title: 'Charge of its battery', unit: '%', min: 0, max: 100, deadband: 1, period: SIGN_OF_LIFE_S },
  RSSI: {
    title: 'Strength of its radio signal',
    unit: 'dB{mW}',
    min: -150,
    max: 0,
    deadband: 3,
    period: SIGN_OF_LIFE_S,
  },
};
