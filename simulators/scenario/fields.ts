import { z } from 'zod';
import { durationText, formatDuration } from './duration.ts';

/** A number of a range; what is wrong with it is said in one sentence. */
export function numberFrom(least: number, most: number) {
  const error = `a number from ${least} to ${most} is expected`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

export function wholeFrom(least: number, most: number) {
  const error = `a whole number from ${least} to ${most} is expected`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export function durationFrom(leastMs: number, mostMs: number) {
  return durationText.refine((durationMs) => durationMs >= leastMs && durationMs <= mostMs, {
    error: `a duration from ${formatDuration(leastMs)} to ${formatDuration(mostMs)} is expected`,
  });
}
