import { HOUR, type Millis } from '#estate/units.ts';
import { stream } from './physics/noise.ts';

/**
 * A series as a few numbers. Each value of it, with its metric and its time, is hashed to 32 bits, and the hashes are added
 * up modulo 2^32. So the order in which values arrive is of no matter, and there is no rounding; but any value that is
 * altered, missing, there twice, or moved in time makes another sum, all but once in 4 billion times.
 */
export interface SeriesDigest {
  /** By the hour of the day (UTC) in which values were measured, of all metrics. */
  hours: number[];
  /** By metric, of all hours. */
  metrics: Record<string, number>;
}

export const HOURS_A_DAY = 24;

/** The hour of the day (UTC), 0 to 23. */
export function hourOf(at: Millis): number {
  return Math.floor(at / HOUR) % HOURS_A_DAY;
}

/** What the hashes of a metric's values begin with. */
export function metricSeed(metric: string): number {
  return stream(metric);
}

/** The four words of two floating-point numbers. */
const numbers = new Float64Array(2);
const words = new Uint32Array(numbers.buffer);

/** MurmurHash3 (32 bits) over time and value. */
export function digestOf(seed: number, at: Millis, value: number): number {
  numbers[0] = at;
  // JSON knows no -0.
  numbers[1] = value + 0;
  let hash = seed;
  for (let index = 0; index < words.length; index++) {
    let word = Math.imul(words[index] ?? 0, 0xcc9e2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    hash ^= word;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** To a thousandth: of a value that was converted between units, further digits are those of the arithmetic. */
export function roundedValue(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
