import type { Metric } from './metric.ts';

/**
 * The direct current side of an inverter or battery: its total, and each of its ports (the repeating block of SunSpec 714;
 * the modules of model 160 are the same). Ports are numbered from 1, as the point's name ends.
 *
 * @param min the least current and power of a port: negative where it takes as well as gives
 */
export function directCurrent(ports: number, min: { A: number; W: number }): Record<string, Metric> {
  const each = Array.from({ length: ports }, (_, index) => ofPort(index + 1, min));
  return {
    DCA: { title: 'Direct current', ...current(min.A), sunspec: '714.DCA' },
    DCW: { title: 'Power of direct current', ...power(min.W), sunspec: '714.DCW' },
    ...Object.fromEntries(each.flat()),
  };
}

function ofPort(n: number, min: { A: number; W: number }): [string, Metric][] {
  const voltage = { unit: 'V', min: 0, max: 2_000, deadband: 1, period: 60, brick: 'Voltage_Sensor' };
  return [
    [`DCA${n}`, { title: `Direct current of port ${n}`, ...current(min.A), sunspec: '714.Prt.DCA' }],
    [`DCV${n}`, { title: `Direct voltage of port ${n}`, ...voltage, sunspec: '714.Prt.DCV' }],
    [`DCW${n}`, { title: `Power of port ${n}`, ...power(min.W), sunspec: '714.Prt.DCW' }],
  ];
}

function current(min: number) {
  return { unit: 'A', min, max: 2e4, deadband: 0.1, period: 60, brick: 'Current_Sensor' };
}

function power(min: number) {
  return { unit: 'W', min, max: 5e6, deadband: 10, period: 60, brick: 'Electric_Power_Sensor' };
}
