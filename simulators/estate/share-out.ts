import type { Random } from '#estate/random.ts';

/**
 * Shares a number of things out over places, by chance: each gets `least`, the rest fall anywhere, but nowhere more than
 * `most`. When there are fewer than `least` for each, each gets as many as there are for all.
 */
export function shareOut(
  random: Random,
  { places, count, least, most }: { places: number; count: number; least: number; most: number },
): number[] {
  if (places === 0) return [];
  const first = Math.min(least, Math.floor(count / places));
  const counts = Array.from({ length: places }, () => first);
  let left = Math.min(count, places * most) - places * first;
  while (left > 0) {
    const index = random.int(0, places - 1);
    const here = counts[index] ?? most;
    if (here >= most) continue;
    counts[index] = here + 1;
    left -= 1;
  }
  return counts;
}
