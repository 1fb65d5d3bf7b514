import type { Millis } from '#estate/units.ts';

/**
 * Smooth chance over time without memory: the same seed and instant give the same number, in [0, 1]. Values are drawn
 * at the ends of each period and eased between.
 */
export function noise(seed: string, periodMs: number, atMs: Millis): number {
  const step = Math.floor(atMs / periodMs);
  const within = atMs / periodMs - step;
  const eased = within * within * (3 - 2 * within);
  const start = hash(seed);
  return draw(start, step) * (1 - eased) + draw(start, step + 1) * eased;
}

/** FNV-1a. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return state;
}

/** The finaliser of MurmurHash3, over seed and step. */
function draw(seed: number, step: number): number {
  let mixed = seed ^ Math.imul(step, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
