import type { Clock } from '#estate/clock.ts';
import type { DeviceId } from '#estate/ids.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import type { NodeRef } from '../dialects/dialect.ts';

/** How a number follows those before it: as it should, with messages missing between, or as one that was there before. */
export type Step = 'next' | 'gap' | 'again';

export interface Sequences {
  /** Takes the number of a data message. */
  take(from: NodeRef & { device: DeviceId | null }, seq: number): Step;
  /** A session of the node begins: it may count from any number. */
  restart(node: NodeRef): void;
  /** Whether a node is to be asked for its births now: at most once a minute. */
  mayAsk(node: NodeRef): boolean;
}

const MODULUS = 256;
/** So many numbers back are messages that are sent again, as clients do when they connect anew; further is a gap. */
const REPEATED = 32;
const ASK_EVERY_MS = MINUTE;

/**
 * Follows the sequence numbers 0..255 of data messages; a node counts by itself, or each of its devices does. A number
 * that was seen just before is a redelivery, not a gap.
 */
export function createSequences(clock: Clock): Sequences {
  const nodes = new Map<string, { last: Map<DeviceId | null, number>; askedAt: Millis }>();
  const of = ({ site, node }: NodeRef) => {
    const known = nodes.get(`${site}/${node}`) ?? { last: new Map<DeviceId | null, number>(), askedAt: 0 };
    nodes.set(`${site}/${node}`, known);
    return known;
  };
  return {
    take(from, seq) {
      const { last } = of(from);
      const before = last.get(from.device);
      const back = before === undefined ? -1 : (before - seq + MODULUS) % MODULUS;
      if (back >= 0 && back <= REPEATED) return 'again';
      last.set(from.device, seq);
      return before === undefined || seq === (before + 1) % MODULUS ? 'next' : 'gap';
    },
    restart: (node) => of(node).last.clear(),
    mayAsk(node) {
      const known = of(node);
      if (clock.now() - known.askedAt < ASK_EVERY_MS) return false;
      known.askedAt = clock.now();
      return true;
    },
  };
}
