import type { Reading } from '#estate/sample.ts';
import { SECOND, type Millis } from '#estate/units.ts';

/** The column, or field, for how late a row was received: no metric can be called so. */
export const DELAY = 'delay:s';

/** What an integer of 32 bits holds: 68 years. */
const MOST_S = 2 ** 31 - 1;

/**
 * How long after it was measured a reading was received, in whole seconds: of devices that report at once it is nearly
 * always the same, and takes next to no room. Negative where the device's clock is ahead; null where it is not known.
 */
export function delayOf({ ts, receivedAt }: Reading): number | null {
  if (receivedAt === undefined) return null;
  const delayS = Math.round((receivedAt - ts) / SECOND);
  return Math.abs(delayS) <= MOST_S ? delayS : null;
}

/** When a reading was received, to the second. */
export function receivedAfter(ts: Millis, delayS: number): Millis {
  return ts + delayS * SECOND;
}
