import { FRAMES } from './frames.ts';
import { HANDSHAKES } from './handshakes.ts';
import { PACKETS } from './packets.ts';
import { REQUESTS } from './requests.ts';
import type { Stranger } from './stranger.ts';

/** All strangers, by turns from each place so that none is tried for long alone. */
export const STRANGERS: readonly Stranger[] = byTurns([HANDSHAKES, FRAMES, PACKETS, REQUESTS]);

function byTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, n) => lists.flatMap((list) => list.slice(n, n + 1))).flat();
}
