import type { Metric } from './devices/device-type.ts';

const PHASES = [1, 2, 3] as const;

/** What meters and inverters measure of alternating current beside power and energy (SunSpec 701). */
export const alternatingCurrent: Readonly<Record<string, Metric>> = {
  VA: { title: 'Apparent power', unit: 'V.A', min: -5e6, max: 5e6, period: 60 },
  Var: { title: 'Reactive power', unit: 'V.A', min: -5e6, max: 5e6, period: 60, brick: 'Reactive_Power_Sensor' },
  PF: { title: 'Power factor', unit: '1', min: -1, max: 1, period: 60, brick: 'Power_Factor_Sensor' },
  A: { title: 'Current', unit: 'A', min: -2e4, max: 2e4, period: 60, brick: 'Current_Sensor' },
  Hz: { title: 'Frequency', unit: 'Hz', min: 0, max: 100, period: 60, brick: 'Frequency_Sensor' },
  LNV: { title: 'Voltage to neutral', unit: 'V', min: 0, max: 1e5, period: 60, brick: 'Voltage_Sensor' },
  LLV: { title: 'Voltage between phases', unit: 'V', min: 0, max: 1e5, period: 60, brick: 'Voltage_Sensor' },
  ...Object.fromEntries(PHASES.flatMap(ofPhase)),
};

function ofPhase(n: number): [string, Metric][] {
  return [
    [
      `WL${n}`,
      { title: `Power of phase ${n}`, unit: 'W', min: -2e6, max: 2e6, period: 60, brick: 'Electric_Power_Sensor' },
    ],
    [`AL${n}`, { title: `Current of phase ${n}`, unit: 'A', min: -1e4, max: 1e4, period: 60, brick: 'Current_Sensor' }],
    [`VL${n}`, { title: `Voltage of phase ${n}`, unit: 'V', min: 0, max: 1e5, period: 60, brick: 'Voltage_Sensor' }],
  ];
}
