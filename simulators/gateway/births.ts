import type { DevicePlan, FieldDeviceType } from '../estate/plan.ts';

/** What a device says of one of its metrics: its unit (UCUM), and whether it may be set. */
interface MetricBirth {
  unit: string;
  rw: 'r' | 'rw';
  min?: number;
  max?: number;
}

const r = (unit: string): MetricBirth => ({ unit, rw: 'r' });

const METRICS: Record<FieldDeviceType, Record<string, MetricBirth>> = {
  gateway: {},
  'grid-meter': { W: r('W'), TotWhImp: r('W.h'), TotWhExp: r('W.h'), WL1: r('W'), WL2: r('W'), WL3: r('W') },
  'building-meter': { W: r('W'), TotWhImp: r('W.h') },
  'pv-inverter': {
    W: r('W'),
    TotWhInj: r('W.h'),
    TmpCab: r('Cel'),
    WMaxLimPct: { unit: '%', rw: 'rw', min: 0, max: 100 },
  },
  'indoor-air': { TmpAir: r('Cel'), RH: r('%'), CO2: r('[ppm]'), PM25: r('ug/m3') },
  weather: { GHI: r('W/m2'), TmpAmb: r('Cel') },
  thermostat: { TmpAir: r('Cel'), TmpSet: { unit: 'Cel', rw: 'rw', min: 5, max: 30 }, HeatW: r('W') },
};

/** The metric of each type that a command may set. */
export const SET_POINT: Partial<Record<FieldDeviceType, string>> = {
  'pv-inverter': 'WMaxLimPct',
  thermostat: 'TmpSet',
};

/** A device's birth: what it is and what it will measure, each so many seconds. */
export function birthOf(device: DevicePlan, at: { ts: number; periodS: number }) {
  const metrics: Record<string, MetricBirth & { period: number }> = {};
  for (const [name, metric] of Object.entries(METRICS[device.type])) metrics[name] = { ...metric, period: at.periodS };
  return { ts: at.ts, type: device.type, model: `sim-${device.type}`, metrics };
}
