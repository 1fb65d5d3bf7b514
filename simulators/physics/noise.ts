import type { Millis } from '#estate/units.ts';

/** A stream of chance without memory: the hash of its name. */
export type Stream = number;

/** The stream of a name, or of a name under another: `stream('a/b')` is `stream('b', stream('a/'))`. FNV-1a. */
export function stream(name: string, under: Stream = 0x811c9dc5): Stream {
  let state = under;
  for (let at = 0; at < name.length; at++) state = Math.imul(state ^ name.charCodeAt(at), 0x01000193);
  return state;
}

/** The n-th draw of a stream, in [0, 1): the finaliser of MurmurHash3 over both. */
export function draw(from: Stream, n: number): number {
  let mixed = from ^ Math.imul(n, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * Smooth chance over time: the same stream and instant give the same number, in [0, 1]. Values are drawn at the ends of
 * each period and eased between.
 */
export function noise(of: Stream | string, periodMs: number, atMs: Millis): number {
  const from = typeof of === 'string' ? stream(of) : of;
  const step = Math.floor(atMs / periodMs);
  const within = atMs / periodMs - step;
  const eased = within * within * (3 - 2 * within);
  return draw(from, step) * (1 - eased) + draw(from, step + 1) * eased;
}

/** How many there are, where `mean` are usual: the quantile of a Poisson distribution at `share`, in [0, 1). */
export function countAt(mean: number, share: number): number {
  let chance = Math.exp(-mean);
  let sum = chance;
  let count = 0;
  while (share > sum && count < 1000) {
    count += 1;
    chance *= mean / count;
    sum += chance;
  }
  return count;
}
