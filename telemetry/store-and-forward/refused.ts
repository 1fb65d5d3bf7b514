import type { Reading } from '#estate/sample.ts';
import type { DeadReading } from '#storage/series.ts';
import type { Unusable } from '../accounting/dead-letters.ts';

/** What a store would not have of a batch. */
export interface Refused {
  letters: Unusable[];
  /** Readings of which nothing was stored. */
  dead: number;
  /** Values that are missing in readings of which others were stored. */
  values: number;
}

/**
 * Tells readings that are dead from those of which a store only refused some values, metric by metric. A letter stands
 * for the reading that is dead with it, or for none.
 *
 * @param topic under which the letters are kept.
 */
export function refusedOf(topic: string, readings: readonly Reading[], refused: readonly DeadReading[]): Refused {
  const lost = new Map<string, Set<string>>();
  for (const { reading } of refused) {
    const name = nameOf(reading);
    const values = lost.get(name) ?? new Set();
    lost.set(name, values);
    for (const value of valuesOf(reading)) values.add(value);
  }
  const dead = readings.filter((reading) => {
    const values = lost.get(nameOf(reading));
    return values !== undefined && valuesOf(reading).every((value) => values.has(value));
  });
  const uncounted = Map.groupBy(dead, nameOf);
  const isDead = new Set(uncounted.keys());
  const letters = refused.map(({ reading, reason }) => {
    const name = nameOf(reading);
    const count = uncounted.get(name)?.length ?? 0;
    uncounted.delete(name);
    return { topic, reason, payload: JSON.stringify(reading), of: reading, readings: count };
  });
  const inPart = refused.filter(({ reading }) => !isDead.has(nameOf(reading)));
  const values = inPart.reduce((sum, { reading }) => sum + valuesOf(reading).length, 0);
  return { letters, dead: dead.length, values };
}

function nameOf({ site, device, type, ts }: Reading): string {
  return `${site}\n${device}\n${type}\n${ts}`;
}

/** With the number: a metric may come twice of an instant, and only once be fit. */
function valuesOf({ values }: Reading): string[] {
  return Object.entries(values).map(([metric, value]) => `${metric} ${value}`);
}
