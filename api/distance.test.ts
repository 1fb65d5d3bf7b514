import { expect, it } from 'vitest';
import { distanceM } from './distance.ts';

const rome = { latitude: 41.8902, longitude: 12.4922 };

it.each([
  ['to itself', rome, rome, 0, 0],
  ['from Rome to Milan', rome, { latitude: 45.4642, longitude: 9.19 }, 476_600, 2_000],
  ['over the date line', { latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 }, 111_195, 50],
  ['to the other side of the earth', { latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 }, 20_015_115, 50],
  ['along a meridian by one degree', { latitude: 44, longitude: 8 }, { latitude: 45, longitude: 8 }, 111_195, 50],
])('the distance %s is right', (_name, from, to, expectedM, withinM) => {
  expect(Math.abs(distanceM(from, to) - expectedM)).toBeLessThanOrEqual(withinM);
});
