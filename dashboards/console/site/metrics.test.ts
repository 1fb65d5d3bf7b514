import { expect, test } from 'vitest';
import { shown } from './metrics.ts';

test.each([
  ['W', -12_345, 'it', { text: '-12,35', unit: 'kW' }],
  ['TmpAir', 21.46, 'en', { text: '21.5', unit: '°C' }],
  ['CO2', 812.4, 'en', { text: '812', unit: 'ppm' }],
  ['DoorOpen', 1, 'en', { text: '1', unit: '' }],
  ['VA', 2_960, 'it', { text: '2,96', unit: 'kVA' }],
  ['PF', 0.973, 'en', { text: '0.97', unit: '' }],
  ['VL3', 231.4, 'it', { text: '231', unit: 'V' }],
  ['toString', 0.5, 'en', { text: '0.5', unit: '' }],
  ['Leakage', 0.000_412_4, 'it', { text: '0,000412', unit: '' }],
  ['Pulses', 1_234_567.891, 'en', { text: '1,234,567.89', unit: '' }],
])('%s of %s is shown in %s as %o', (metric, value, locale, read) =>
  expect(shown(metric, value, locale)).toEqual(read),
);
