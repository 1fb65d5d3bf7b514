import type { Metric } from './device-kind.ts';

/** Metrics that several types have, with the ranges that were agreed. */
const state = (...codes: number[]): Metric => ({ unit: '{state}', codes });

export const noYes = state(0, 1);
export const offOn = state(0, 1);
export const states = state;
export const settable = (metric: Metric): Metric => ({ ...metric, rw: true });

export const percent: Metric = { unit: '%', min: 0, max: 100 };
export const seconds: Metric = { unit: 's', min: 0 };
export const register: Metric = { unit: 'W.h', min: 0 };
export const indoorC: Metric = { unit: 'Cel', min: -40, max: 80 };
export const cabinetC: Metric = { unit: 'Cel', min: -50, max: 150 };
export const lux: Metric = { unit: 'lx', min: 0, max: 200_000 };
export const people: Metric = { unit: '{people}', min: 0, max: 10_000 };

/** Power in a range. */
export const power = (min: number, max: number): Metric => ({ unit: 'W', min, max });

/** Power of each phase. */
export const phases = { WL1: power(-2e6, 2e6), WL2: power(-2e6, 2e6), WL3: power(-2e6, 2e6) };

/** Of a sensor without a wire. */
export const batteryPowered = { Batt: percent, RSSI: { unit: 'dB{mW}', min: -150, max: 0 } };

/** Of a machine that serves people. */
export const attended = { Mode: states(0, 1, 2, 3), Fault: noYes, Tamper: noYes, W: power(0, 1e4), TmpCab: cabinetC };
