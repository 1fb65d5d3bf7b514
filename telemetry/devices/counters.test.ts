import { expect, it } from 'vitest';
import { HOUR, MINUTE } from '#estate/units.ts';
import { countersOf, DEVICE_TYPES } from './list.ts';

it.each([
  { type: 'grid-meter', metric: 'TotWhImp', perHour: 10e6, periodMs: MINUTE },
  { type: 'water-meter', metric: 'TotVol', perHour: Infinity, periodMs: HOUR },
])('The series store is told of the counter $metric of a $type', (counter) => {
  expect(countersOf(DEVICE_TYPES)).toContainEqual(counter);
});
