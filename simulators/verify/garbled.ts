import { type Millis, MINUTE, SECOND } from '#estate/units.ts';
import { z } from 'zod';

/**
 * The platform's rule: three messages within ten minutes that it cannot read are an alarm, until there was none for a
 * quarter of an hour. It counts what came every ten seconds.
 */
const SEVERAL = 3;
const LATELY_MS = 10 * MINUTE;
const QUIET_MS = 15 * MINUTE;
const COUNTED_EVERY_MS = 10 * SECOND;
/** Within so long it has counted, and stored the alarm. */
const SEEN_WITHIN_MS = 3 * COUNTED_EVERY_MS;

/** Messages of a node that nobody can read and that were acknowledged, by the platform's time. */
export const garbled = z.strictObject({
  /** The last of them, at most as many as make an alarm. */
  lately: z.array(z.number()),
  /** With which of them there was one for certain; null: with none. */
  raisedAt: z.number().nullable(),
});

export type Garbled = z.infer<typeof garbled>;

export const NONE_GARBLED: Garbled = { lately: [], raisedAt: null };

/** One more was acknowledged. */
export function garbledAgain({ lately, raisedAt }: Garbled, at: Millis): Garbled {
  const all = [...lately, at].slice(-SEVERAL);
  const [first = at] = all;
  const isSeveral = all.length === SEVERAL && at - first <= LATELY_MS - COUNTED_EVERY_MS;
  const stillSince = isQuiet(lately, at) ? null : raisedAt;
  return { lately: all, raisedAt: stillSince ?? (isSeveral ? at : null) };
}

/** Whether an alarm says so for certain. */
export function mustBeKnown({ lately, raisedAt }: Garbled, now: Millis): boolean {
  return raisedAt !== null && now - raisedAt > SEEN_WITHIN_MS && !isQuiet(lately, now);
}

/** Whether the alarm may have passed. */
function isQuiet(lately: readonly Millis[], now: Millis): boolean {
  return now - (lately.at(-1) ?? -Infinity) >= QUIET_MS - COUNTED_EVERY_MS;
}
