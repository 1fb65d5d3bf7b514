import { HOUR, MINUTE } from '#estate/units.ts';
import { countAt, draw, noise, stream, type Stream } from '../physics/noise.ts';
import { tenth, type Slot } from '../site/moment.ts';
import type { Condition } from './device-kind.ts';

/** What machines that serve people have in common. */

export const MODE = { outOfService: 0, inService: 1, reduced: 2, maintenance: 3 } as const;

/** Somebody opened or moved it. */
export const tamper: Condition = {
  code: 'tamper',
  severity: 900,
  text: 'It was opened or moved without leave.',
  aYear: 0.1,
  lastsMs: [5 * MINUTE, HOUR],
};

/** Something in it is broken. */
export function broken(text: string, aYear: number): Condition {
  return { code: 'machine-fault', severity: 600, text, aYear, lastsMs: [HOUR, 36 * HOUR] };
}

/** How many used it in the slots that ended; `mean` is how many usually do in one. */
export function usesIn(slots: readonly Slot[], chance: Stream, mean: (slot: Slot) => number): number {
  let uses = 0;
  for (const slot of slots) uses += countAt(mean(slot), draw(stream('uses', chance), slot.index));
  return uses;
}

/** Temperature in its cabinet, which its own power warms, °C. */
export function cabinetTemperature(chance: Stream, at: { now: number; aroundC: number; powerW: number }): number {
  return tenth(at.aroundC + at.powerW / 18 + 2 * noise(stream('cabinet', chance), HOUR, at.now));
}
