import { expect, test } from 'vitest';
import { shown } from './metrics.ts';

test.each([
  ['W', -12_345, 'it', { text: '-12,35', unit: 'kW' }],
  ['TmpAir', 21.46, 'en', { text: '21.5', unit: '°C' }],
  ['CO2', 812.4, 'en', { text: '812', unit: 'ppm' }],
  ['DoorOpen', 1, 'en', { text: '1', unit: '' }],
  ['toString', 0.5, 'en', { text: '0.50', unit: '' }],
])('%s of %s is shown in %s as %o', (metric, value, locale, read) =>
  expect(shown(metric, value, locale)).toEqual(read),
);
