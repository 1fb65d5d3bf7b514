import { seededRandom } from '#estate/random.ts';
import type { Selection } from '../scenario/selection.ts';
import { partOf } from '../scenario/share.ts';

/** What a selection looks at. */
export interface Choosable {
  id: string;
  site: string;
  vendor?: string;
  protocol?: string;
}

/**
 * Those of a list whom a selection means. A share or a number of them is drawn by chance.
 *
 * @param seed names the draw: the same seed chooses the same.
 */
export function chosen<T extends Choosable>(all: readonly T[], selection: Selection, seed: string): T[] {
  switch (selection.kind) {
    case 'all':
      return [...all];
    case 'none':
      return [];
    case 'share':
      // Rounded up, so that a share of a small fleet is somebody.
      return drawn(all, Math.ceil(partOf(all.length, selection.share)), seed);
    case 'count':
      return drawn(all, selection.count, seed);
    case 'those':
      return all.filter(
        ({ id, site, vendor, protocol }) =>
          (selection.site ?? site) === site &&
          (selection.vendor ?? vendor) === vendor &&
          (selection.protocol ?? protocol) === protocol &&
          (selection.ids?.includes(id) ?? true),
      );
  }
}

/** So many of a list, each as likely as the other, in the list's order. */
function drawn<T>(all: readonly T[], count: number, seed: string): T[] {
  const random = seededRandom(seed);
  const ranked = all.map((one, index) => ({ one, index, rank: random.next() }));
  return ranked
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, count)
    .toSorted((one, other) => one.index - other.index)
    .map(({ one }) => one);
}
