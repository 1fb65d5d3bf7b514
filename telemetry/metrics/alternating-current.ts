import type { Metric } from './metric.ts';

const PHASES = [1, 2, 3] as const;

/**
 * What meters and inverters measure of alternating current beside power and energy, named as in SunSpec 701. Meters of
 * SunSpec 201 to 203 call the same WphA, AphA, PhVphA and so on.
 */
export const alternatingCurrent: Readonly<Record<string, Metric>> = {
  VA: { title: 'Apparent power', unit: 'V.A', min: -5e6, max: 5e6, deadband: 10, period: 60, sunspec: '701.VA' },
  Var: {
    title: 'Reactive power',
    unit: 'V.A',
    min: -5e6,
    max: 5e6,
    deadband: 10,
    period: 60,
    brick: 'Reactive_Power_Sensor',
    sunspec: '701.Var',
  },
  PF: {
    title: 'Power factor',
    unit: '1',
    min: -1,
    max: 1,
    deadband: 0.01,
    period: 60,
    brick: 'Power_Factor_Sensor',
    sunspec: '701.PF',
  },
  A: {
    title: 'Current',
    unit: 'A',
    min: -2e4,
    max: 2e4,
    deadband: 0.1,
    period: 60,
    brick: 'Current_Sensor',
    sunspec: '701.A',
  },
  Hz: {
    title: 'Frequency',
    unit: 'Hz',
    min: 0,
    max: 100,
    deadband: 0.01,
    period: 60,
    brick: 'Frequency_Sensor',
    sunspec: '701.Hz',
  },
  LNV: { title: 'Voltage to neutral', ...voltage(), sunspec: '701.LNV' },
  LLV: { title: 'Voltage between phases', ...voltage(), sunspec: '701.LLV' },
  ...Object.fromEntries(PHASES.flatMap(ofPhase)),
};

function ofPhase(n: number): [string, Metric][] {
  const power = { unit: 'W', min: -2e6, max: 2e6, deadband: 10, period: 60, brick: 'Electric_Power_Sensor' };
  const current = { unit: 'A', min: -1e4, max: 1e4, deadband: 0.1, period: 60, brick: 'Current_Sensor' };
  return [
    [`WL${n}`, { title: `Power of phase ${n}`, ...power, sunspec: `701.WL${n}` }],
    [`AL${n}`, { title: `Current of phase ${n}`, ...current, sunspec: `701.AL${n}` }],
    [`VL${n}`, { title: `Voltage of phase ${n}`, ...voltage(), sunspec: `701.VL${n}` }],
  ];
}

function voltage() {
  return { unit: 'V', min: 0, max: 1e5, deadband: 1, period: 60, brick: 'Voltage_Sensor' };
}
