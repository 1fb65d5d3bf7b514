import { expect, test } from 'vitest';
import { phasesOf } from './phases.ts';

test.each<{ name: string; currentA: number[] | null; powerW: number | null; phases: 1 | 3 | null }>([
  { name: 'nothing told by phase', currentA: null, powerW: 7_000, phases: null },
  { name: 'three phases alike', currentA: [16, 15.9, 16.1], powerW: 11_000, phases: 3 },
  { name: 'one of three', currentA: [0.1, 30, 0], powerW: 6_900, phases: 1 },
  { name: 'one of three, no power told', currentA: [16, 0, 0], powerW: null, phases: 1 },
  { name: 'two of three, counted as three', currentA: [16, 16, 0], powerW: 7_360, phases: 3 },
  { name: 'a car that takes nothing now', currentA: [0, 0.2, 0], powerW: 0, phases: null },
  { name: 'only L1 told, and its power is that of one phase', currentA: [16], powerW: 3_700, phases: 1 },
  { name: 'only L1 told, and its power is that of three', currentA: [16], powerW: 11_000, phases: 3 },
  { name: 'only L1 told, and no power', currentA: [16], powerW: null, phases: null },
])('the phases of a car: $name', ({ currentA, powerW, phases }) => {
  expect(phasesOf(currentA, powerW)).toBe(phases);
});
