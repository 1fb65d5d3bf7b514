import type { Reading } from '#estate/sample.ts';

/** The later of two readings of a device, with the metrics that only the one before has. */
export function overlaid(before: Reading, later: Reading): Reading {
  const kept = Object.entries(before.quality ?? {}).filter(([metric]) => !Object.hasOwn(later.values, metric));
  const quality = { ...Object.fromEntries(kept), ...later.quality };
  const { quality: _, ...rest } = { ...before, ...later };
  const reading = { ...rest, values: { ...before.values, ...later.values } };
  return Object.keys(quality).length === 0 ? reading : { ...reading, quality };
}
